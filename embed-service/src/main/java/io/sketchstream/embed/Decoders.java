package io.sketchstream.embed;

import io.sketchstream.shell.threads.Niceness;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/// Turns images into pixels. A backfill comes with hundreds of images at a time, and whoever has
/// just added one waits for it: so each has threads of its own, and those of the backfill give way.
/// What is overdue goes with the live ones.
///
/// An image has ten times the bytes once it is decoded, and what waits for the network for seconds
/// costs the garbage collector most: so only a few are decoded ahead of it.
///
/// **Threads:** any may hand work over; its own do it. What waits is bounded by the images that the
/// loops have on the way.
final class Decoders implements AutoCloseable {
  private final Lane live;
  private final Lane backfill;

  /// @param threads for each of both
  /// @param niceness of those of the backfill
  /// @param liveAhead images that are decoded and not yet embedded, at most
  /// @param backfillAhead the same of the backfill's
  Decoders(int threads, int niceness, int liveAhead, int backfillAhead) {
    ThreadFactory nice = named("backfill-decoder-");
    this.live = new Lane(threads, named("embed-decoder-"), liveAhead);
    this.backfill =
        new Lane(
            threads,
            work ->
                nice.newThread(() -> {
                  Niceness.ofThisThread(niceness);
                  work.run();
                }),
            backfillAhead);
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).factory();
  }

  /// @param work decodes an image; its future completes once the pixels are needed no more
  void execute(Priority priority, Supplier<? extends CompletableFuture<?>> work) {
    (priority == Priority.BACKFILL_IMAGE ? backfill : live).execute(work);
  }

  /// Does what was handed over, and joins the threads. Whoever takes the pixels must have taken or
  /// refused them all by then.
  @Override
  public void close() {
    live.threads.close();
    backfill.threads.close();
  }

  private static final class Lane {
    private final ExecutorService threads;
    private final Semaphore ahead;

    Lane(int threads, ThreadFactory factory, int ahead) {
      this.threads = Executors.newFixedThreadPool(threads, factory);
      this.ahead = new Semaphore(ahead);
    }

    void execute(Supplier<? extends CompletableFuture<?>> work) {
      threads.execute(() -> {
        ahead.acquireUninterruptibly();
        CompletableFuture<?> pixels;
        try {
          pixels = work.get();
        } catch (RuntimeException | Error e) {
          ahead.release();
          throw e;
        }
        CompletableFuture<?> _ = pixels.whenComplete((_, _) -> ahead.release());
      });
    }
  }
}
