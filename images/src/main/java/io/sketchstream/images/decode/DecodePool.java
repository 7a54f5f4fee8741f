package io.sketchstream.images.decode;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.Patience;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.DecoderUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// The threads that decode untrusted files. A decoder that times out is cancelled and left behind:
/// it notices at its next read or row, and keeps its slot until then, so that there are never more
/// threads than slots.
///
/// **Threads:** any may call; virtual threads wait without pinning their carrier. **Owns:** daemon
/// threads, which end after some idle seconds.
final class DecodePool {
  private static final int IDLE_SECONDS = 10;
  private static final Duration HANGING_AFTER = Duration.ofMinutes(1);

  /// Memory of all files that this process decodes at the same time, whoever asks.
  private static final long MEMORY_MAX = 2 * DecodeCost.TOTAL_MAX;

  /// The unit of memory permits.
  private static final int BYTES_PER_PERMIT = 1 << 10;

  private static final int PERMITS = (int) (MEMORY_MAX / BYTES_PER_PERMIT);
  private static final Semaphore MEMORY = new Semaphore(PERMITS, true);

  /// The part of the memory that callers who are not in a hurry may take; the largest file fits.
  private static final int UNHURRIED_PERMITS = PERMITS / 3 * 2;

  private static final Semaphore UNHURRIED = new Semaphore(UNHURRIED_PERMITS, true);

  private final ImageLimits limits;
  private final int slotsMax;
  private final Semaphore slots;
  private final ThreadPoolExecutor threads;
  private final Map<FutureTask<?>, Long> running = new ConcurrentHashMap<>();

  /// @param limits of one image
  /// @param threadsMax images decoded at the same time
  DecodePool(ImageLimits limits, int threadsMax) {
    this.limits = limits;
    slotsMax = threadsMax;
    slots = new Semaphore(threadsMax, true);
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            threadsMax,
            threadsMax,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(threadsMax),
            task -> {
              Thread thread = new Thread(task, "image-decoder-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /// The decoding of one image.
  interface Task<T> {
    T run(Deadline deadline) throws RefusedImageException;
  }

  /// Runs a task as soon as a slot and its memory are free.
  ///
  /// @param bytes memory that the task takes
  /// @throws RefusedImageException when the task refuses or fails, or takes longer than the limit,
  ///   or three quarters of it where its caller is in a hurry
  /// @throws DecoderUnavailableException when there was no slot in time, or too little time was
  ///   left
  /// @throws CancellationException when the calling thread is interrupted
  <T> T run(long bytes, Patience patience, Task<T> task) throws RefusedImageException {
    long end = System.nanoTime() + patience.timeout().toNanos();
    Share share = Share.of(bytes, patience);
    Deadline deadline = new Deadline();
    FutureTask<T> future = new FutureTask<>(() -> task.run(deadline));
    long limit = limits.decodeMax().toNanos();
    long time = limit;
    try {
      enter(share, end);
      submit(future, share);
      time = patience.urgent() ? Math.min(limit, end - System.nanoTime()) : limit;
      return future.get(time, TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      deadline.expire();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while an image was decoded");
    } catch (TimeoutException _) {
      deadline.expire();
      if (time < limit / 4 * 3) {
        throw new DecoderUnavailableException("too little time was left to decode it; try again");
      }
      throw new RefusedImageException("decoding takes longer than " + text(limits.decodeMax()));
    } catch (ExecutionException e) {
      throw refusal(e.getCause());
    }
  }

  /// What a decoder ended with, as a refusal of its file: libraries throw nearly anything.
  static RefusedImageException refusal(Throwable cause) {
    return switch (cause) {
      case RefusedImageException refused -> refused;
      case OutOfMemoryError e ->
          new RefusedImageException("decoding takes more memory than one picture may use", e);
      case StackOverflowError e -> new RefusedImageException("the file is nested too deeply", e);
      case Error broken -> throw broken; // Of this installation, such as a missing class.
      default -> new RefusedImageException("the file is damaged: its reader failed", cause);
    };
  }

  /// How many tasks still run long after their timeout.
  long hanging() {
    long longAgo = System.nanoTime() - limits.decodeMax().plus(HANGING_AFTER).toNanos();
    return running.values().stream().filter(start -> start - longAgo < 0).count();
  }

  /// How many threads there are.
  int threads() {
    return threads.getPoolSize();
  }

  /// How many of them are busy.
  int busy() {
    return slotsMax - slots.availablePermits();
  }

  /// The memory of one task, in permits.
  ///
  /// @param unhurried of [#UNHURRIED], taken before the others; 0 for a caller in a hurry
  private record Share(int unhurried, int permits) {
    static Share of(long bytes, Patience patience) {
      int most = patience.urgent() ? PERMITS : UNHURRIED_PERMITS;
      int permits = (int) Math.min(most, 1 + bytes / BYTES_PER_PERMIT);
      return new Share(patience.urgent() ? 0 : permits, permits);
    }

    void acquire(long end) throws InterruptedException {
      DecodePool.acquire(UNHURRIED, unhurried, end);
      boolean acquired = false;
      try {
        DecodePool.acquire(MEMORY, permits, end);
        acquired = true;
      } finally {
        if (!acquired) {
          UNHURRIED.release(unhurried);
        }
      }
    }

    void release() {
      MEMORY.release(permits);
      UNHURRIED.release(unhurried);
    }
  }

  private void enter(Share share, long end) throws InterruptedException {
    acquire(slots, 1, end);
    boolean entered = false;
    try {
      share.acquire(end);
      entered = true;
    } finally {
      if (!entered) {
        slots.release();
      }
    }
  }

  private static void acquire(Semaphore semaphore, int permits, long end)
      throws InterruptedException {
    long left = Math.max(0, end - System.nanoTime());
    if (permits > 0 && !semaphore.tryAcquire(permits, left, TimeUnit.NANOSECONDS)) {
      throw new DecoderUnavailableException("too many files are being decoded; try again");
    }
  }

  private void submit(FutureTask<?> future, Share share) {
    boolean submitted = false;
    try {
      threads.execute(() -> {
        running.put(future, System.nanoTime());
        try {
          future.run();
        } finally {
          running.remove(future);
          leave(share);
        }
      });
      submitted = true;
    } finally {
      if (!submitted) {
        leave(share);
      }
    }
  }

  private void leave(Share share) {
    share.release();
    slots.release();
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
