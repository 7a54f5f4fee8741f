package io.sketchstream.benchmarks;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.training.data.Domain;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.train.RandomWeights;
import io.sketchstream.training.train.TeacherTable;
import io.sketchstream.training.train.Trainer;
import io.sketchstream.training.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;

/// A training like any other, but of noise: no files, as many classes as a batch has. What it costs
/// does not depend on what is in the pictures.
final class NoiseTraining {
  /// Things the teacher knows: those of ImageNet.
  private static final int TEACHER_WIDTH = 1000;

  private static final int SEED = 1;

  private NoiseTraining() {}

  static Trainer start(TrainingConfig config) throws BrokenModelException, IOException {
    Libtorch.engine();
    List<Example> examples = new ArrayList<>();
    SequencedMap<String, Tensor> rows = new LinkedHashMap<>();
    float[] uniform = new float[TEACHER_WIDTH];
    Arrays.fill(uniform, 1f / TEACHER_WIDTH);
    for (int c = 0; c < config.classesPerBatch(); c++) {
      String label = "noise " + c;
      rows.put(label, new Tensor(List.of(TEACHER_WIDTH), uniform));
      for (Domain domain : Domain.values()) {
        // As many as the start of an embedding needs to be made of.
        for (int i = 0; i < 12; i++) {
          examples.add(new Example(Path.of(domain + "-" + i), label, domain));
        }
      }
    }
    Path table = Files.createTempFile("sketchstream-teacher-", ".safetensors");
    try {
      new Weights(rows).write(table, Weights.Storage.FP32);
      return Trainer.start(
          config,
          LabelledPictures.of(examples),
          NoiseTraining::read,
          TeacherTable.read(table),
          RandomWeights.of(Network.named(config.network()), SEED));
    } finally {
      Files.delete(table);
    }
  }

  private static PreparedImage read(Example example, int size) {
    byte[] rgb = new byte[size * size * 3];
    new Random(example.hashCode()).nextBytes(rgb);
    return new PreparedImage(rgb, size);
  }
}
