package io.sketchstream.embed.device;

import io.sketchstream.shell.threads.Niceness;
import io.sketchstream.shell.threads.Threads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Threads that decode images. A backfill submits hundreds of images at a time, while somebody may
/// be waiting for an image just added. So each priority has its own threads, and those of a
/// backfill have a high nice value. An overdue backfill has a third pool: its decoded images wait
/// for the device, and live images must not wait behind them.
///
/// A decoded image is ten times as large as its JPEG, and objects that live for seconds are the
/// most expensive for the garbage collector. So only a few images are decoded ahead of the device.
///
/// **Threads:** any may submit; its own do the work. The queue is bounded by the images that the
/// loops have in flight.
public final class Decoders implements AutoCloseable {
  /// Forward passes to decode ahead: one runs, one is ready, one is being prepared.
  private static final int PASSES_AHEAD = 3;

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final Pool live;
  private final Pool overdue;
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
  /// @param backfillAhead the same for a backfill, and for an overdue one
  Decoders(int threads, int niceness, int liveAhead, int backfillAhead) {
    ThreadFactory named = Threads.named("backfill-decoder-");
    ThreadFactory nice =
        work ->
            named.newThread(() -> {
              Niceness.ofThisThread(niceness);
              work.run();
            });
    this.live = new Pool(threads, Threads.named("embed-decoder-"), liveAhead);
    this.overdue = new Pool(threads, Threads.named("overdue-decoder-"), backfillAhead);
    this.backfill = new Pool(threads, nice, backfillAhead);
  }

  /// Decodes an image.
  ///
  /// @param encoder that it is for
  /// @param work decodes; its future completes once the pixels are no longer needed. It is called
  ///   twice when it is expedited while it runs
  public void execute(
      LoadedEncoder encoder, Priority priority, Supplier<? extends CompletableFuture<?>> work) {
    pool(priority).execute(new Task(encoder, work));
  }

  /// Moves an encoder's images from the threads of a lower priority to those of a higher one,
  /// including images being decoded: the threads of a backfill may get no processor at all.
  public void expedite(LoadedEncoder encoder, Priority priority) {
    Pool to = pool(priority);
    for (Pool from : List.of(overdue, backfill)) {
      if (from != to) {
        from.takeUnfinished(encoder).forEach(to::execute);
      }
    }
  }

  private Pool pool(Priority priority) {
    return switch (priority) {
      case SKETCH, LIVE_IMAGE -> live;
      case OVERDUE_IMAGE -> overdue;
      case BACKFILL_IMAGE -> backfill;
    };
  }

  /// Does all submitted work, and joins the threads. All pixels must be taken or refused by then.
  @Override
  public void close() {
    backfill.threads.close(); // First: its work may go to the others until it is done.
    overdue.threads.close();
    live.threads.close();
  }

  /// One image.
  private static final class Task {
    final LoadedEncoder encoder;
    final Supplier<? extends CompletableFuture<?>> work;

    Task(LoadedEncoder encoder, Supplier<? extends CompletableFuture<?>> work) {
      this.encoder = encoder;
      this.work = work;
    }
  }

  private static final class Pool {
    private final ThreadPoolExecutor threads;
    private final Semaphore ahead;

    /// The images that wait or are being decoded, oldest first; guarded by its own lock.
    private final Set<Task> unfinished = new LinkedHashSet<>();

    Pool(int threads, ThreadFactory factory, int ahead) {
      this.threads =
          new ThreadPoolExecutor(
              threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
      this.ahead = new Semaphore(ahead);
    }

    void execute(Task task) {
      synchronized (unfinished) {
        unfinished.add(task);
      }
      threads.execute(() -> run(task));
    }

    private void run(Task task) {
      ahead.acquireUninterruptibly();
      CompletableFuture<?> pixels = DONE;
      try {
        if (isUnfinished(task)) {
          pixels = task.work.get();
        }
      } finally {
        finished(task);
        CompletableFuture<?> _ = pixels.whenComplete((_, _) -> ahead.release());
      }
    }

    private boolean isUnfinished(Task task) {
      synchronized (unfinished) {
        return unfinished.contains(task);
      }
    }

    private void finished(Task task) {
      synchronized (unfinished) {
        unfinished.remove(task);
      }
    }

    /// The images left to other threads. A thread that has begun one of them finishes it.
    List<Task> takeUnfinished(LoadedEncoder encoder) {
      List<Task> taken = new ArrayList<>();
      synchronized (unfinished) {
        unfinished.removeIf(task -> task.encoder == encoder && taken.add(task));
      }
      return taken;
    }
  }
}
