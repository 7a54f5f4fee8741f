package io.sketchstream.benchmarks.model;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import io.sketchstream.trainer.train.RandomWeights;
import io.sketchstream.trainer.train.TeacherTable;
import io.sketchstream.trainer.train.Trainer;
import io.sketchstream.trainer.train.TrainingConfig;
import io.sketchstream.trainer.train.TrainingInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A training on noise pictures: no files, as many classes as a batch has. Its cost does not depend
/// on the pictures.
final class NoiseTraining {
  /// Classes of the teacher: those of ImageNet.
  private static final int TEACHER_WIDTH = 1000;

  private static final int SEED = 1;

  private NoiseTraining() {}

  static Trainer start(TrainingConfig config) throws BrokenModelException {
    List<Example> examples = new ArrayList<>();
    for (int c = 0; c < config.classesPerBatch(); c++) {
      for (Domain domain : Domain.values()) {
        // As many as the initialization of the embedding needs.
        for (int i = 0; i < 12; i++) {
          examples.add(new Example(Path.of(domain + "-" + i), "noise " + c, domain));
        }
      }
    }
    return start(config, LabelledPictures.of(examples), NoiseTraining::read);
  }

  /// With a teacher that knows as many things as ImageNet has.
  static Trainer start(TrainingConfig config, LabelledPictures pictures, PictureReader reader)
      throws BrokenModelException {
    Libtorch.engine();
    float[] answers = new float[pictures.photos().size() * TEACHER_WIDTH];
    Arrays.fill(answers, 1f / TEACHER_WIDTH);
    TeacherTable teacher = TeacherTable.of(pictures.photos(), answers);
    return Trainer.start(
        config,
        new TrainingInput(pictures, List.of(), reader, teacher),
        RandomWeights.of(Network.named(config.network()), SEED));
  }

  private static PreparedImage read(Example example, int size) {
    byte[] rgb = new byte[size * size * 3];
    new Random(example.hashCode()).nextBytes(rgb);
    return new PreparedImage(rgb, size);
  }
}
