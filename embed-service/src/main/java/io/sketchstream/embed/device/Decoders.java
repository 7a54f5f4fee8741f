package io.sketchstream.embed.device;

import io.sketchstream.shell.threads.Niceness;
import io.sketchstream.shell.threads.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Threads that decode images. A backfill brings hundreds of images at a time, while somebody waits
/// for an image just added: so each has its own threads, and those of a backfill have a high nice
/// value. Overdue images go with the live ones.
///
/// A decoded image is ten times as large as its JPEG, and objects that live for seconds cost the
/// garbage collector most: so only a few are decoded ahead of the device.
///
/// **Threads:** any may submit; its own do the work. The queue is bounded by the images that the
/// loops have in flight.
public final class Decoders implements AutoCloseable {
  /// Forward passes to decode ahead: one runs, one is ready, one is being prepared.
  private static final int PASSES_AHEAD = 3;

  private final Pool live;
  private final Pool backfill;

  public Decoders(DeviceOptions options) {
    this(
        options.decoders(),
        options.backfill().niceness(),
        PASSES_AHEAD * options.threads() * options.microBatchMax(),
        PASSES_AHEAD * options.backfill().threads() * options.microBatchMax());
  }

  /// @param threads of each pool
  /// @param niceness nice value of the threads of a backfill
  /// @param liveAhead images that are decoded and not yet embedded
  /// @param backfillAhead the same for a backfill
  Decoders(int threads, int niceness, int liveAhead, int backfillAhead) {
    ThreadFactory named = Threads.named("backfill-decoder-");
    ThreadFactory nice =
        work ->
            named.newThread(() -> {
              Niceness.ofThisThread(niceness);
              work.run();
            });
    this.live = new Pool(threads, Threads.named("embed-decoder-"), liveAhead);
    this.backfill = new Pool(threads, nice, backfillAhead);
  }

  /// Decodes an image.
  ///
  /// @param work decodes; its future completes once the pixels are no longer needed
  public void execute(Priority priority, Supplier<? extends CompletableFuture<?>> work) {
    (priority == Priority.BACKFILL_IMAGE ? backfill : live).execute(work);
  }

  /// Gives the images of a backfill that wait to the threads of live images.
  public void expedite() {
    List<Runnable> waiting = new ArrayList<>();
    backfill.threads.getQueue().drainTo(waiting);
    waiting.forEach(live.threads::execute);
  }

  /// Does all submitted work, and joins the threads. All pixels must be taken or refused by then.
  @Override
  public void close() {
    backfill.threads.close(); // First: its work may go to the live threads until it is done.
    live.threads.close();
  }

  private static final class Pool {
    private final ThreadPoolExecutor threads;
    private final Semaphore ahead;

    Pool(int threads, ThreadFactory factory, int ahead) {
      this.threads =
          new ThreadPoolExecutor(
              threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
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
