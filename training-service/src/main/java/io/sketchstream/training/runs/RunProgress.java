package io.sketchstream.training.runs;

import io.sketchstream.trainer.train.TrainingProgress;
import io.sketchstream.trainer.train.TrainingStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/// The progress of a run. **Threads:** the run's writes, any reads.
final class RunProgress implements TrainingProgress {
  private static final double SMOOTHING = .9;

  private final Path trained;
  private final int runs;
  private volatile Status status = new Status("dataset", 0, 0, Map.of(), 0, 0);
  private String phase = "";
  private long phaseNanos;
  private int phaseStart;

  /// @param losses by name; empty before the first iteration
  /// @param etaSeconds until the phase is done; 0 while unknown
  record Status(
      String phase,
      int done,
      int total,
      Map<String, Double> losses,
      double imagesPerSecond,
      double etaSeconds) {}

  /// @param trained directory of the training
  /// @param runs how many trainings the model is the mean of
  RunProgress(Path trained, int runs) {
    this.trained = trained;
    this.runs = runs;
  }

  Status status() {
    return status;
  }

  /// Reports the progress within a phase.
  void at(String name, long done, long total) {
    // Topics may hold more than an int can count; only the ratio matters.
    int shift = Math.max(0, 32 - Long.numberOfLeadingZeros(Math.max(done, total) >>> 31));
    report(name, (int) (done >> shift), (int) (total >> shift), Map.of(), 0);
  }

  @Override
  public void phase(String what, int done, int total) {
    report(what.startsWith("start") ? "start" : what, done, total, Map.of(), 0);
  }

  @Override
  public void step(TrainingStep step, int iterations) {
    double before = status.phase().equals("train") ? status.imagesPerSecond() : 0;
    double now = step.picturesPerSecond();
    report(
        "train",
        finishedRuns() * iterations + step.iteration(),
        runs * iterations,
        losses(step),
        before == 0 ? now : SMOOTHING * before + (1 - SMOOTHING) * now);
  }

  private static Map<String, Double> losses(TrainingStep step) {
    Map<String, Double> losses = new LinkedHashMap<>(step.losses());
    losses.put("total", step.loss());
    return losses;
  }

  private void report(String name, int done, int total, Map<String, Double> losses, double rate) {
    long now = System.nanoTime();
    if (!name.equals(phase) || done < phaseStart) {
      phase = name;
      phaseNanos = now;
      phaseStart = done;
    }
    double each = (now - phaseNanos) / 1e9 / Math.max(1, done - phaseStart);
    double eta = done > phaseStart ? each * Math.max(0, total - done) : 0;
    status = new Status(name, done, total, losses, rate, eta);
  }

  private int finishedRuns() {
    try (Stream<Path> files = Files.list(trained)) {
      return (int)
          files.filter(f -> f.getFileName().toString().matches("run-\\d+\\.safetensors")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
