package io.sketchstream.trainer.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherTableTest {
  @TempDir private Path folder;

  @Test
  void requiresADirectoryWithWeights() throws Exception {
    Path table = Files.createFile(folder.resolve("teacher.safetensors"));
    assertRefused(table, table + " is not a directory");
    assertRefused(folder.resolve("none"), "none is not a directory");
    assertRefused(folder, folder + " has no model.safetensors");
  }

  @Test
  void refusesANetworkWithoutAClassifierByName() throws Exception {
    Path bare = teacher("mobilenet_v2", 1);
    assertRefused(bare, "mobilenet_v2 can't be the teacher");
    assertRefused(teacher("resnet50", 1), "resnet50 can't be the teacher");
  }

  private void assertRefused(Path teacher, String reason) {
    String message =
        assertThrows(BrokenModelException.class, () -> Teacher.open(TeacherFile.in(teacher)))
            .getMessage();
    assertTrue(message.contains(reason), message);
  }

  /// Its features alone would be 2,048 "classes".
  @Test
  void answersWithTheClassifierOfAResNet50() throws Exception {
    Libtorch.engine();
    Network network = Network.named("resnet50");
    int classes = network.classifier().orElseThrow().classes();
    float[] weight = new float[classes * network.dimension()];
    Random random = new Random(4);
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian() * 1e-4f;
    }
    float[] bias = new float[classes];
    bias[7] = 5;
    Path directory = Files.createDirectories(folder.resolve("classifier"));
    RandomWeights.of(network, 1)
        .with("fc.weight", new Tensor(List.of(classes, network.dimension()), weight))
        .with("fc.bias", new Tensor(List.of(classes), bias))
        .write(directory.resolve("model.safetensors"), Weights.Storage.FP32);
    addCounter(directory.resolve("model.safetensors"), "bn1.num_batches_tracked");
    Files.writeString(directory.resolve("reference.json"), "{\"network\": \"resnet50\"}");
    try (Teacher teacher = Teacher.open(TeacherFile.in(directory))) {
      assertEquals(1000, teacher.width());
      byte[] gray = new byte[2 * 64 * 64 * 3];
      Arrays.fill(gray, gray.length / 2, gray.length, (byte) 90);
      float[] answers = teacher.answers(gray, 2, 64);
      assertEquals(2000, answers.length);
      double sum = 0;
      for (int i = 0; i < 1000; i++) {
        sum += answers[i];
      }
      assertEquals(1, sum, 1e-4);
    }
  }

  /// Published weights count the batches of each norm in an integer.
  private static void addCounter(Path file, String name) throws Exception {
    ByteBuffer before = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) before.getLong();
    int data = before.capacity() - Long.BYTES - length;
    String header = new String(before.array(), Long.BYTES, length, UTF_8).strip();
    byte[] longer =
        (header.substring(0, header.length() - 1)
                + ",\"%s\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[%d,%d]}}"
                    .formatted(name, data, data + Long.BYTES))
            .getBytes(UTF_8);
    ByteBuffer after =
        ByteBuffer.allocate(2 * Long.BYTES + longer.length + data).order(ByteOrder.LITTLE_ENDIAN);
    after.putLong(longer.length).put(longer).put(before.array(), Long.BYTES + length, data);
    Files.write(file, after.putLong(7).array());
  }

  @Test
  void rebuildsTheTableForOtherPhotosOrAnotherTeacher() throws Exception {
    Libtorch.engine();
    TinyDataset.write(folder, 2, 2, 5);
    Path teacher = teacher("squeezenet1_1", 1);
    Asked asked = new Asked();
    TeacherTable first = table(teacher, asked);
    assertEquals(1, asked.times);
    assertArrayEquals(answer(first), answer(table(teacher, asked)));
    assertEquals(1, asked.times);

    assertFalse(Arrays.equals(answer(first), answer(table(teacher("squeezenet1_1", 2), asked))));
    assertEquals(2, asked.times);

    Files.copy(
        folder.resolve("photos/triangle/photo-1.jpg"), folder.resolve("photos/square/photo-2.jpg"));
    TeacherTable more = table(teacher("squeezenet1_1", 2), asked);
    assertEquals(3, asked.times);
    assertTrue(pictures().photos().stream().allMatch(photo -> more.answer(photo).length == 1000));

    TeacherTable whole = table(teacher("squeezenet1_1", 2), PhotoFit.WHOLE, asked);
    assertEquals(4, asked.times);
    assertFalse(Arrays.equals(answer(more), answer(whole)));
  }

  /// Counts how often photos were shown to the teacher.
  private static final class Asked implements TrainingProgress {
    private int times;

    @Override
    public void phase(String what, int done, int of) {
      times++;
    }
  }

  private LabelledPictures pictures() {
    return LabelledPictures.read(List.of(folder.resolve("photos")), List.of(), Optional.empty());
  }

  private TeacherTable table(Path teacher, TrainingProgress progress) throws Exception {
    return table(teacher, PhotoFit.CENTRE, progress);
  }

  private TeacherTable table(Path teacher, PhotoFit fit, TrainingProgress progress)
      throws Exception {
    return TeacherTable.prepare(
        TeacherFile.in(teacher),
        folder.resolve("prepared.safetensors"),
        pictures(),
        new FilePictureReader(fit, SketchFit.SQUARE),
        fit,
        progress);
  }

  /// To the first photo.
  private float[] answer(TeacherTable table) {
    return table.answer(pictures().photos().getFirst());
  }

  private Path teacher(String network, long seed) throws Exception {
    Path directory = Files.createDirectories(folder.resolve(network));
    RandomWeights.of(Network.named(network), seed)
        .write(directory.resolve("model.safetensors"), Weights.Storage.FP16);
    Files.writeString(
        directory.resolve("reference.json"), "{\"network\": \"%s\"}".formatted(network));
    return directory;
  }
}
