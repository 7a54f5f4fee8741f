package io.sketchstream.cli;

import java.io.PrintWriter;
import java.time.Duration;

/// Waits until searches see what a command wrote.
final class SearchableWait {
  private static final Duration STALL_MAX = Duration.ofMinutes(1);

  private final Server server;
  private final ProgressLine progress;

  SearchableWait(Server server, PrintWriter err) {
    this.server = server;
    progress = new ProgressLine(err);
  }

  /// Gives up when nothing has moved for a minute, and says so.
  ///
  /// @return whether searches see it
  boolean await(String what, LogPositions written) throws InterruptedException {
    String after = written.token();
    if (after.isEmpty()) {
      return true;
    }
    Searchable searchable = new Searchable(server, after);
    long lowest = Long.MAX_VALUE;
    long moved = System.nanoTime();
    while (!searchable.reached()) {
      long lag = searchable.lag();
      if (lag < lowest) {
        lowest = lag;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STALL_MAX.toNanos()) {
        progress.clear();
        progress.line(
            "not visible to searches yet: "
                + searchable.reason()
                + "; see 'sketchstream status' (nothing is lost)");
        return false;
      }
      progress.waiting(what, lag);
    }
    progress.clear();
    return true;
  }
}
