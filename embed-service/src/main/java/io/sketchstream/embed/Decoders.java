package io.sketchstream.embed;

import io.sketchstream.embed.InferenceExecutor.Priority;
import java.util.Comparator;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Turns images into pixels: live ones first, those of a backfill after them, each in their order.
/// A backfill comes with hundreds of images at a time, and whoever has just added one waits for it.
///
/// **Threads:** any may hand work over; its own do it. What waits is bounded by the images that the
/// loops have on the way.
final class Decoders implements AutoCloseable {
  private final AtomicLong submitted = new AtomicLong();
  private final ThreadPoolExecutor threads;

  private record Task(Priority priority, long number, Runnable work)
      implements Runnable, Comparable<Task> {
    private static final Comparator<Task> ORDER =
        Comparator.comparing(Task::priority).thenComparingLong(Task::number);

    @Override
    public void run() {
      work.run();
    }

    @Override
    public int compareTo(Task other) {
      return ORDER.compare(this, other);
    }
  }

  Decoders(int threads) {
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            Thread.ofPlatform().name("embed-decoder-", 0).factory());
  }

  void execute(Priority priority, Runnable work) {
    threads.execute(new Task(priority, submitted.getAndIncrement(), work));
  }

  /// Does what was handed over, and joins the threads.
  @Override
  public void close() {
    threads.close();
  }
}
