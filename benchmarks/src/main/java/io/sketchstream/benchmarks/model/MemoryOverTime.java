package io.sketchstream.benchmarks.model;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.train.Recipe;
import io.sketchstream.trainer.train.Trainer;
import io.sketchstream.trainer.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Checks that the resident memory of this process is stable over thousands of batches of training
/// and of serving. Fails if it grows after the first fifth.
public final class MemoryOverTime implements Benchmark {
  private static final int PARTS = 10;
  private static final int PARTS_OF_WARM_UP = 2;

  /// A leak of 16 kB a batch shows over 5,000 batches; the noise of the garbage collector does not.
  private static final long GROWTH_MAX_KIB = 64 << 10;

  private static final int SERVED_BATCH = 8;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "growth of resident memory over 5,000 batches of training and of serving";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("batches"));
    int batches = options.integer("batches", 5000);
    long training = training(batches);
    long serving = serving(batches);
    System.out.printf(
        Locale.ROOT,
        "RESULT memory training-growth-mib=%.1f serving-growth-mib=%.1f%n",
        training / 1024.0,
        serving / 1024.0);
    if (Math.max(training, serving) > GROWTH_MAX_KIB) {
      throw new IllegalStateException("memory grows by more than 64 MiB");
    }
  }

  private static long training(int batches) throws Exception {
    TrainingConfig config =
        Recipe.STANDARD.with(
            Map.of(
                "iterations", String.valueOf(batches),
                "inputSize", "64",
                "dimension", "64",
                "classesPerBatch", "4",
                "picturesPerDomain", "1"));
    System.out.printf("training, %d batches of 8 at 64 px%n", batches);
    try (Trainer trainer = NoiseTraining.start(config)) {
      return growth(part -> trainer.trainUntil(batches * part / PARTS, _ -> {}));
    }
  }

  private static long serving(int batches) throws Exception {
    System.out.printf("serving, %d batches of %d%n", batches, SERVED_BATCH);
    try (Encoder encoder = TorchEncoder.open(DefaultModel.artifact(), EncoderOptions.defaults())) {
      int side = DefaultModel.artifact().inputSize();
      Random random = new Random(1);
      List<PreparedImage> batch = new ArrayList<>();
      for (int i = 0; i < SERVED_BATCH; i++) {
        byte[] rgb = new byte[side * side * 3];
        random.nextBytes(rgb);
        batch.add(new PreparedImage(rgb, side));
      }
      return growth(_ -> {
        for (int i = 0; i < batches / PARTS; i++) {
          // Batches of every size, as at low load.
          encoder.encode(batch.subList(0, 1 + i % SERVED_BATCH));
        }
      });
    }
  }

  private interface Part {
    void run(int part) throws InterruptedException;
  }

  /// Resident KiB at the end minus those after the warm-up.
  private static long growth(Part part) throws IOException, InterruptedException {
    long before = 0;
    long now = 0;
    for (int i = 1; i <= PARTS; i++) {
      part.run(i);
      System.gc();
      now = residentKib();
      if (i == PARTS_OF_WARM_UP) {
        before = now;
      }
      System.out.printf("  %3d%%: %,d KiB%n", 100 * i / PARTS, now);
    }
    return now - before;
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
