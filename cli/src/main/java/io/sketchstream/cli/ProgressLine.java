package io.sketchstream.cli;

import java.io.PrintWriter;
import java.util.Locale;

/// Shows progress: one rewritten line on a terminal, a line every few seconds elsewhere.
/// **Threads:** any.
final class ProgressLine {
  private static final long TERMINAL_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 5_000_000_000L;
  private static final int BAR_WIDTH = 24;
  private static final int BAR_MIN = 8;
  private static final int COLUMNS_DEFAULT = 79;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean terminal;
  private final int width;
  private long shownNanos;

  ProgressLine(PrintWriter err) {
    this(err, System.console() != null && System.console().isTerminal());
  }

  ProgressLine(PrintWriter err, boolean terminal) {
    this(err, terminal, columns());
  }

  /// @param width columns of the terminal; a longer line would wrap and could not be cleared
  ProgressLine(PrintWriter err, boolean terminal, int width) {
    this.err = err;
    this.terminal = terminal;
    this.width = width;
    shownNanos = System.nanoTime();
  }

  /// @param total number of files; negative while unknown
  synchronized void images(String what, long done, long total, double seconds) {
    if (!isTime()) {
      return;
    }
    double rate = done / Math.max(seconds, 1e-3);
    if (total < done) {
      show(String.format(Locale.ROOT, "%s %,d files, %.0f/s", what, done, rate));
      return;
    }
    int filled = (int) (BAR_WIDTH * done / Math.max(1, total));
    String bar = terminal ? " [" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "]" : "";
    String left = rate > 0 ? Durations.text((total - done) / rate) + " left" : "";
    show(
        String.format(
            Locale.ROOT, "%s%s %,d of %,d, %.0f/s, %s", what, bar, done, total, rate, left));
  }

  /// @param fraction 0 to 1
  synchronized void share(String what, double fraction, String text) {
    if (isTime()) {
      show(what + bar(fraction, width - what.length() - text.length() - 4) + " " + text);
    }
  }

  /// The last state of something that has ended; the line stays.
  synchronized void ended(String what, String text) {
    show(what + bar(1, width - what.length() - text.length() - 4) + " " + text);
    if (terminal) {
      err.println();
      err.flush();
    }
  }

  /// Whether one line is rewritten, so that it must fit.
  boolean rewrites() {
    return terminal;
  }

  /// A bar where there is a terminal and room.
  private String bar(double fraction, int room) {
    int length = Math.min(BAR_WIDTH, room);
    if (!terminal || length < BAR_MIN) {
      return "";
    }
    int filled = (int) (length * Math.clamp(fraction, 0, 1));
    return " [" + "#".repeat(filled) + "-".repeat(length - filled) + "]";
  }

  /// @param lag number of records left
  synchronized void waiting(String what, long lag) {
    if (isTime()) {
      show(lag == Long.MAX_VALUE ? what : String.format(Locale.ROOT, "%s, %,d to go", what, lag));
    }
  }

  /// Clears the line on a terminal.
  synchronized void clear() {
    if (terminal) {
      err.print(CLEAR);
      err.flush();
    }
  }

  /// Prints a line that stays.
  synchronized void line(String text) {
    err.println(text);
    err.flush();
  }

  private static int columns() {
    String columns = System.getenv().getOrDefault("COLUMNS", "");
    return columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) - 1 : COLUMNS_DEFAULT;
  }

  private boolean isTime() {
    long now = System.nanoTime();
    if (now - shownNanos < (terminal ? TERMINAL_NANOS : PLAIN_NANOS)) {
      return false;
    }
    shownNanos = now;
    return true;
  }

  /// Shows a text now, whenever the last one was shown.
  synchronized void show(String text) {
    if (terminal) {
      err.print(CLEAR + text.substring(0, Math.min(text.length(), width)));
    } else {
      err.println(text);
    }
    err.flush();
  }
}
