package io.sketchstream.cli;

import io.sketchstream.trainer.evaluate.RetrievalReport;
import io.sketchstream.trainer.train.TrainingProgress;
import io.sketchstream.trainer.train.TrainingStep;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/// Shows the progress of a training: a bar with the losses, pictures per second and the time left.
/// On a terminal one line is rewritten; elsewhere a line is printed now and then. **Threads:** the
/// trainer's.
final class TrainingLine implements TrainingProgress {
  private static final int BAR_WIDTH = 20;
  private static final int PLAIN_EVERY = 10;
  private static final long PLAIN_NANOS = 5_000_000_000L;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean terminal;
  private int firstIteration;
  private int lastIteration;
  private long firstNanos;
  private long phaseNanos;

  TrainingLine(PrintWriter err) {
    this.err = err;
    this.terminal = System.console() != null && System.console().isTerminal();
  }

  @Override
  public void phase(String what, int done, int total) {
    long now = System.nanoTime();
    if (terminal) {
      err.print(CLEAR + what + " " + bar(done, total) + " " + done + " of " + total);
      if (done >= total) {
        err.println();
      }
    } else if (done >= total || now - phaseNanos > PLAIN_NANOS) {
      err.println(what + " " + done + " of " + total);
      phaseNanos = now;
    }
    err.flush();
  }

  @Override
  public void step(TrainingStep step, int iterations) {
    boolean newRun = step.iteration() <= lastIteration;
    lastIteration = step.iteration();
    if (firstNanos == 0 || newRun) {
      firstNanos = System.nanoTime();
      firstIteration = step.iteration();
    }
    boolean last = step.iteration() == iterations;
    if (!terminal && !last && step.iteration() % PLAIN_EVERY != 0) {
      return;
    }
    double each =
        (System.nanoTime() - firstNanos) / 1e9 / Math.max(1, step.iteration() - firstIteration);
    String line =
        String.format(
            Locale.ROOT,
            "%s %d of %d  loss %.3f (%s)  %.0f pictures/s  %s left",
            bar(step.iteration(), iterations),
            step.iteration(),
            iterations,
            step.loss(),
            losses(step),
            step.picturesPerSecond(),
            duration(each * (iterations - step.iteration())));
    err.print(terminal ? CLEAR + line + (last ? "\n" : "") : line + "\n");
    err.flush();
  }

  @Override
  public void validated(int iteration, String split, RetrievalReport report) {
    err.print((terminal ? CLEAR : "") + split + " after iteration " + iteration + ": ");
    err.println(report.text());
    err.flush();
  }

  private static String losses(TrainingStep step) {
    return step.losses().entrySet().stream()
        .map(loss -> String.format(Locale.ROOT, "%s %.3f", loss.getKey(), loss.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String bar(int done, int total) {
    int filled = total == 0 ? BAR_WIDTH : (int) ((long) BAR_WIDTH * done / total);
    return "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "]";
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 90
        ? whole + " s"
        : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
  }
}
