package io.sketchstream.embed;

import io.sketchstream.shell.threads.Niceness;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/// Turns images into pixels. A backfill comes with hundreds of images at a time, and whoever has
/// just added one waits for it: so each has threads of its own, and those of the backfill give way.
/// What is overdue goes with the live ones.
///
/// **Threads:** any may hand work over; its own do it. What waits is bounded by the images that the
/// loops have on the way.
final class Decoders implements AutoCloseable {
  private final ExecutorService live;
  private final ExecutorService backfill;

  /// @param threads for each of both
  /// @param niceness of those of the backfill
  Decoders(int threads, int niceness) {
    this.live = Executors.newFixedThreadPool(threads, named("embed-decoder-"));
    ThreadFactory nice = named("backfill-decoder-");
    this.backfill =
        Executors.newFixedThreadPool(
            threads,
            work ->
                nice.newThread(() -> {
                  Niceness.ofThisThread(niceness);
                  work.run();
                }));
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).factory();
  }

  void execute(Priority priority, Runnable work) {
    (priority == Priority.BACKFILL_IMAGE ? backfill : live).execute(work);
  }

  /// Does what was handed over, and joins the threads.
  @Override
  public void close() {
    live.close();
    backfill.close();
  }
}
