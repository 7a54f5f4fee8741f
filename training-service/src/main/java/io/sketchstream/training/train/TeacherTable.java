package io.sketchstream.training.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.Interruption;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The class-oriented teacher signals: for every class what an ImageNet classifier sees in its
/// photos, as the mean of its softmax. Computed once before training, so that no teacher runs
/// during it. Immutable.
public final class TeacherTable {
  /// Side of the squares the teacher looks at.
  private static final int TEACHER_SIZE = 224;

  private static final int BATCH_SIZE = 16;

  /// Photos of each class that it looks at, in high resolution where the class has any: those come
  /// first.
  private static final int PHOTOS_PER_CLASS = 60;

  private final Weights rows;

  private TeacherTable(Weights rows) {
    this.rows = rows;
  }

  /// Asks the teacher about some photos of every class that has sketches too.
  ///
  /// @param directory of `model.safetensors` and a `reference.json` that names the network; or a
  ///   table that was prepared before
  /// @throws BrokenModelException when the teacher is none
  public static TeacherTable prepare(
      Path directory, LabelledPictures pictures, PictureReader reader, TrainingProgress progress)
      throws BrokenModelException {
    if (Files.isRegularFile(directory)) {
      TeacherTable table = read(directory);
      if (!table.covers(pictures.pairedClasses())) {
        throw new BrokenModelException(
            "the table %s lacks some of the classes %s"
                .formatted(directory, pictures.pairedClasses()));
      }
      return table;
    }
    Network teacher = Network.named(networkOf(directory));
    SequencedMap<String, Tensor> rows = new LinkedHashMap<>();
    List<String> classes = pictures.pairedClasses();
    try (TrainableNetwork network =
        TrainableNetwork.load(teacher, teacher.read(directory.resolve("model.safetensors")))) {
      for (String label : classes) {
        List<Example> photos = pictures.photos(label);
        List<Example> some = photos.subList(0, Math.min(PHOTOS_PER_CLASS, photos.size()));
        rows.put(label, new Tensor(List.of(teacher.dimension()), mean(network, some, reader)));
        progress.phase("teacher's table", rows.size(), classes.size());
      }
    }
    return new TeacherTable(new Weights(rows));
  }

  private static String networkOf(Path directory) throws BrokenModelException {
    Path reference = directory.resolve("reference.json");
    try {
      return new ObjectMapper().readTree(reference.toFile()).path("network").asText();
    } catch (IOException e) {
      throw new BrokenModelException(
          "the teacher's directory needs model.safetensors and a reference.json that names its"
              + " network: "
              + e.getMessage(),
          e);
    }
  }

  /// A table for trainings that preserve nothing.
  static TeacherTable none(List<String> classes) {
    SequencedMap<String, Tensor> rows = new LinkedHashMap<>();
    float[] certain = {1};
    classes.forEach(label -> rows.put(label, new Tensor(List.of(1), certain)));
    return new TeacherTable(new Weights(rows));
  }

  private static float[] mean(
      TrainableNetwork teacher, List<Example> photos, PictureReader reader) {
    float[] sum = new float[teacher.network().dimension()];
    for (int from = 0; from < photos.size(); from += BATCH_SIZE) {
      Interruption.check();
      List<Example> part = photos.subList(from, Math.min(from + BATCH_SIZE, photos.size()));
      byte[] pixels = Pixels.of(part, reader, TEACHER_SIZE);
      try (NDManager manager = NDManager.newBaseManager()) {
        int[] overPhotos = {0};
        NDArray logits = teacher.forward(manager, pixels, part.size(), TEACHER_SIZE);
        float[] added = logits.softmax(1).sum(overPhotos).toFloatArray();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += added[i] / photos.size();
        }
      }
    }
    return sum;
  }

  /// Reads a table that was written before.
  ///
  /// @throws BrokenModelException when the file is damaged
  public static TeacherTable read(Path file) throws BrokenModelException {
    return new TeacherTable(Weights.read(file));
  }

  public void write(Path file) throws IOException {
    rows.write(file, Weights.Storage.FP32);
  }

  /// Whether it knows all of these classes.
  public boolean covers(List<String> classes) {
    return rows.names().containsAll(classes);
  }

  /// How many things the teacher knows.
  int width() {
    return rows.tensors().firstEntry().getValue().values().length;
  }

  /// One row a class, in this order.
  float[][] table(List<String> classes) {
    return classes.stream().map(label -> rows.get(label).values()).toArray(float[][]::new);
  }
}
