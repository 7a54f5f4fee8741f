package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.events.Sha256;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The answers of an ImageNet classifier: its softmax for each photo, and the mean by class.
/// Computed once before training, so that no teacher runs during training. Immutable.
public final class TeacherTable {
  /// Input size of the teacher, in pixels.
  private static final int TEACHER_SIZE = 224;

  private static final String PREFIX = "answers/";

  private final Map<Example, Integer> rows = new HashMap<>();
  private final Map<String, float[]> byClass = new HashMap<>();
  private final float[] answers;
  private final int width;

  private TeacherTable(List<Example> photos, float[] answers, int width) {
    this.answers = answers;
    this.width = width;
    Map<String, Integer> counts = new HashMap<>();
    for (Example photo : photos) {
      int row = rows.size();
      rows.put(photo, row);
      counts.merge(photo.label(), 1, Integer::sum);
      float[] sum = byClass.computeIfAbsent(photo.label(), _ -> new float[width]);
      for (int i = 0; i < width; i++) {
        sum[i] += answers[row * width + i];
      }
    }
    byClass.forEach((label, sum) -> {
      for (int i = 0; i < width; i++) {
        sum[i] /= counts.get(label);
      }
    });
  }

  /// A table of given answers.
  ///
  /// @param answers one distribution per photo, row by row
  public static TeacherTable of(List<Example> photos, float[] answers) {
    return new TeacherTable(photos, answers, answers.length / photos.size());
  }

  /// A table for trainings without a teacher.
  public static TeacherTable none() {
    return new TeacherTable(List.of(), new float[0], 1);
  }

  /// Computes the table, or reads it if one for the same photos and teacher is stored.
  ///
  /// @param file the teacher's
  /// @param prepared where the table is kept; one of other photos, of another part of them or of
  ///   another teacher is replaced
  /// @param fit which part of a photo the reader uses
  /// @throws BrokenModelException when the teacher is not a classifier
  static TeacherTable prepare(
      TeacherFile file,
      Path prepared,
      LabelledPictures pictures,
      PictureReader reader,
      PhotoFit fit,
      TrainingProgress progress)
      throws BrokenModelException, IOException {
    List<Example> photos = pictures.photos();
    String fingerprint = fingerprint(file, LabelledPictures.of(photos), fit);
    if (Files.exists(prepared)) {
      Weights before = Weights.read(prepared);
      Tensor answers = before.tensors().firstEntry().getValue();
      if (before.find(PREFIX + fingerprint).isPresent()
          && answers.shape().getFirst() == photos.size()) {
        return new TeacherTable(photos, answers.values(), answers.shape().getLast());
      }
    }
    TeacherTable table = ask(file, photos, reader, progress);
    table.write(prepared, fingerprint);
    return table;
  }

  /// Computes the table.
  ///
  /// @throws BrokenModelException when the teacher is not a classifier
  static TeacherTable ask(
      TeacherFile file, List<Example> photos, PictureReader reader, TrainingProgress progress)
      throws BrokenModelException {
    try (Teacher teacher = Teacher.open(file)) {
      int width = teacher.width();
      float[] answers = new float[photos.size() * width];
      Pixels.forEachBatch(
          photos,
          reader,
          TEACHER_SIZE,
          (from, count, pixels) -> {
            float[] some = teacher.answers(pixels, count, TEACHER_SIZE);
            System.arraycopy(some, 0, answers, from * width, some.length);
            progress.phase("teacher's answers", from + count, photos.size());
          });
      return new TeacherTable(photos, answers, width);
    }
  }

  /// Of the photos and of the teacher.
  private static String fingerprint(TeacherFile file, LabelledPictures pictures, PhotoFit fit)
      throws IOException {
    return Sha256.hex(
        "%s %d %s %s %s"
            .formatted(
                pictures.fingerprint(),
                TEACHER_SIZE,
                fit,
                file.network().name(),
                Sha256.hex(file.weights())));
  }

  private void write(Path file, String fingerprint) throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(PREFIX + fingerprint, new Tensor(List.of(rows.size(), width), answers));
    new Weights(tensors).write(file, Weights.Storage.FP32);
  }

  /// Number of the teacher's classes.
  int width() {
    return width;
  }

  /// The teacher's answer for a photo.
  float[] answer(Example photo) {
    int row = rows.get(photo);
    return Arrays.copyOfRange(answers, row * width, (row + 1) * width);
  }

  /// The mean answer for the photos of a class. Shared, not copied.
  float[] classMean(String label) {
    return byClass.get(label);
  }
}
