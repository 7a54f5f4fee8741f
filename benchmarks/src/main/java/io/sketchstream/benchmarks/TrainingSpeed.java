package io.sketchstream.benchmarks;

import io.sketchstream.training.train.Trainer;
import io.sketchstream.training.train.TrainingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Training speed against PyTorch: images per CPU-second on one thread, the same network, frozen
/// stages, batch, losses and optimiser, in turns. Ours is the product's own loop on pictures of
/// noise, its thread's CPU time; PyTorch gets its batch ready made.
final class TrainingSpeed implements Benchmark {
  private static final int ROUNDS = 2;
  private static final int WARM_UP = 2;
  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

  @Override
  public String name() {
    return "training-speed";
  }

  @Override
  public String summary() {
    return "images per CPU-second of training over PyTorch's (python3-torch), same recipe, one thread";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("iterations", "size", "frozen"));
    int iterations = options.integer("iterations", 10);
    TrainingConfig config =
        TrainingConfig.standard()
            .with(
                Map.of(
                    "iterations", String.valueOf(WARM_UP + ROUNDS * iterations),
                    "inputSize", options.text("size", "128"),
                    "frozenStages", options.text("frozen", "0"),
                    "classesPerBatch", "16",
                    "picturesPerDomain", "2"));
    Optional<String> python = pythonWithTorch();
    if (python.isEmpty()) {
      System.out.println("No python3 has torch; on Debian: apt-get install python3-torch.");
      System.out.println("RESULT training-speed skipped=1");
      return;
    }
    System.out.printf(
        "MobileNetV2 at %d px, batches of 64, %d stages frozen, one thread, best of %d rounds of %d"
            + " iterations in turns%n",
        config.inputSize(), config.frozenStages(), ROUNDS, iterations);
    double ours = 0;
    double theirs = 0;
    try (Trainer trainer = NoiseTraining.start(config)) {
      trainer.trainUntil(WARM_UP, _ -> {});
      for (int round = 1; round <= ROUNDS; round++) {
        ours = Math.max(ours, train(trainer, WARM_UP + round * iterations));
        theirs = Math.max(theirs, pyTorch(python.get(), config, iterations));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "RESULT training-speed ours=%.1f pytorch=%.1f ratio=%.2f%n",
        ours,
        theirs,
        ours / theirs);
  }

  private static double train(Trainer trainer, int end) throws InterruptedException {
    int begin = trainer.iteration();
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    trainer.trainUntil(end, _ -> {});
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    return 64.0 * (end - begin) / (nanos / 1e9);
  }

  private static Optional<String> pythonWithTorch() throws InterruptedException {
    for (String python : PYTHONS) {
      try {
        Process process = new ProcessBuilder(python, "-c", "import torch").start();
        if (process.waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException _) {
        // There is no such program; the next may be there.
      }
    }
    return Optional.empty();
  }

  /// Runs the peer's script, which prints images per CPU-second.
  private static double pyTorch(String python, TrainingConfig config, int iterations)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("training-speed-", ".py");
    try (InputStream in = TrainingSpeed.class.getResourceAsStream("training_speed.py")) {
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
      Process process =
          new ProcessBuilder(
                  python,
                  script.toString(),
                  String.valueOf(config.inputSize()),
                  String.valueOf(config.frozenStages()),
                  String.valueOf(WARM_UP),
                  String.valueOf(iterations))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("PyTorch's part failed: " + out);
      }
      return Double.parseDouble(out.strip());
    } finally {
      Files.delete(script);
    }
  }
}
