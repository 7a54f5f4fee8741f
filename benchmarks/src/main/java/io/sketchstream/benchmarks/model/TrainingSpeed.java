package io.sketchstream.benchmarks.model;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.trainer.train.Recipe;
import io.sketchstream.trainer.train.Trainer;
import io.sketchstream.trainer.train.TrainingConfig;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Training speed against PyTorch: images per CPU-second on one thread, the same network, frozen
/// stages, batch, losses and optimiser, in alternation. Ours is the training loop of the product on
/// noise pictures, measured in CPU time of its thread; PyTorch gets prepared batches. With
/// `--photos yes [--threads N]`: the loop with pictures from files against pictures in memory.
public final class TrainingSpeed implements Benchmark {
  private static final int ROUNDS = 2;
  private static final int WARM_UP = 2;

  @Override
  public String name() {
    return "training-speed";
  }

  @Override
  public String summary() {
    return "images per CPU-second of training over PyTorch's (python3-torch), same recipe, one"
        + " thread";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options =
        new Options(arguments, Set.of("iterations", "size", "frozen", "threads", "photos"));
    int iterations = options.integer("iterations", 10);
    TrainingConfig config =
        Recipe.STANDARD.with(
            Map.of(
                "iterations", String.valueOf(WARM_UP + ROUNDS * iterations),
                "inputSize", options.text("size", "128"),
                "frozenStages", options.text("frozen", "0"),
                "classesPerBatch", "16",
                "picturesPerDomain", "2"));
    if (options.text("photos", "no").equals("yes")) {
      loader(config, options.integer("threads", 1), iterations);
      return;
    }
    if (options.integer("threads", 1) != 1) {
      throw new IllegalArgumentException(
          "PyTorch is compared on one thread; --threads needs --photos yes");
    }
    Optional<PyTorch> peer = PyTorch.find();
    if (peer.isEmpty()) {
      System.out.println(PyTorch.INSTALL);
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
        List<Double> speed =
            peer.get()
                .run(
                    "training_speed.py",
                    List.of(),
                    config.inputSize(),
                    config.frozenStages(),
                    WARM_UP,
                    iterations);
        theirs = Math.max(theirs, speed.getFirst());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "RESULT training-speed ours=%.1f pytorch=%.1f ratio=%.2f%n",
        ours,
        theirs,
        ours / theirs);
  }

  /// Pictures from files against pictures in memory, in wall time.
  private static void loader(TrainingConfig config, int threads, int iterations) throws Exception {
    System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
    System.out.printf(
        "MobileNetV2 at %d px, batches of 64, %d stages frozen, %d threads of the network, best of"
            + " %d rounds of %d iterations in turns, wall time%n",
        config.inputSize(), config.frozenStages(), threads, ROUNDS, iterations);
    try (LoaderSpeed pictures = new LoaderSpeed(config.classesPerBatch())) {
      LoaderSpeed.Result result = pictures.measure(config, WARM_UP, ROUNDS, iterations);
      System.out.printf(
          Locale.ROOT,
          "RESULT training-speed threads=%d files=%.1f prepared=%.1f loader_ratio=%.2f%n",
          threads,
          result.files(),
          result.prepared(),
          result.ratio());
    }
  }

  private static double train(Trainer trainer, int end) throws InterruptedException {
    int begin = trainer.iteration();
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    trainer.trainUntil(end, _ -> {});
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    return 64.0 * (end - begin) / (nanos / 1e9);
  }
}
