package io.sketchstream.cli;

import io.sketchstream.trainer.evaluate.RetrievalReport;
import io.sketchstream.trainer.train.TrainingProgress;
import io.sketchstream.trainer.train.TrainingStep;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/// Shows the progress of a training: how far it is, the time left, the loss and pictures per
/// second. On a terminal one line is rewritten, and it fits; elsewhere a line with each objective's
/// loss is printed every few seconds. **Threads:** the trainer's.
final class TrainingLine implements TrainingProgress {
  private static final String TRAIN = "train";

  private final ProgressLine line;
  private int firstIteration;
  private int lastIteration;
  private long firstNanos;

  TrainingLine(PrintWriter err) {
    this(new ProgressLine(err));
  }

  TrainingLine(ProgressLine line) {
    this.line = line;
  }

  @Override
  public void phase(String what, int done, int total) {
    String text = String.format(Locale.ROOT, "%,d of %,d", done, total);
    if (done >= total) {
      line.ended(what, text);
    } else {
      line.share(what, (double) done / total, text);
    }
  }

  @Override
  public void step(TrainingStep step, int iterations) {
    boolean newRun = step.iteration() <= lastIteration;
    lastIteration = step.iteration();
    if (firstNanos == 0 || newRun) {
      firstNanos = System.nanoTime();
      firstIteration = step.iteration();
    }
    double each =
        (System.nanoTime() - firstNanos) / 1e9 / Math.max(1, step.iteration() - firstIteration);
    double left = each * (iterations - step.iteration());
    String text =
        String.format(
            Locale.ROOT,
            "%,d of %,d%s  loss %.3f%s  %.0f images/s",
            step.iteration(),
            iterations,
            left > 0 ? "  " + Durations.text(left) + " left" : "",
            step.loss(),
            line.rewrites() ? "" : losses(step),
            step.picturesPerSecond());
    if (step.iteration() >= iterations) {
      line.ended(TRAIN, text);
    } else {
      line.share(TRAIN, (double) step.iteration() / iterations, text);
    }
  }

  @Override
  public void validated(int iteration, String split, RetrievalReport report) {
    line.clear();
    line.line(split + " after iteration " + iteration + ": " + report.text());
  }

  private static String losses(TrainingStep step) {
    return step.losses().entrySet().stream()
        .map(loss -> String.format(Locale.ROOT, "%s %.3f", loss.getKey(), loss.getValue()))
        .collect(Collectors.joining(", ", " (", ")"));
  }
}
