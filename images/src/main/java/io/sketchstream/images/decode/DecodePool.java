package io.sketchstream.images.decode;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
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

  /// The unit of memory permits.
  private static final int PIXELS_PER_PERMIT = 1 << 16;

  private final ImageLimits limits;
  private final int placesMax;
  private final Semaphore places;
  private final Semaphore memory;
  private final int memoryPermits;
  private final ThreadPoolExecutor threads;
  private final Map<FutureTask<?>, Long> running = new ConcurrentHashMap<>();

  /// @param limits one image; at most two of the largest are decoded at the same time
  /// @param threadsMax images decoded at the same time
  DecodePool(ImageLimits limits, int threadsMax) {
    this.limits = limits;
    placesMax = threadsMax;
    places = new Semaphore(threadsMax, true);
    memoryPermits = (int) Math.min(1 << 20, 2 * (1 + limits.pixelsMax() / PIXELS_PER_PERMIT));
    memory = new Semaphore(memoryPermits, true);
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

  /// Runs a task as soon as a slot is free.
  ///
  /// @param pixels how many the task decodes
  /// @throws RefusedImageException when the task refuses, or takes longer than the limit
  /// @throws CancellationException when the calling thread is interrupted
  <T> T run(long pixels, Task<T> task) throws RefusedImageException {
    int permits = (int) Math.min(memoryPermits, 1 + pixels / PIXELS_PER_PERMIT);
    Deadline deadline = new Deadline();
    FutureTask<T> future = new FutureTask<>(() -> task.run(deadline));
    try {
      places.acquire();
      boolean submitted = false;
      try {
        memory.acquire(permits);
        submit(future, permits);
        submitted = true;
      } finally {
        if (!submitted) {
          places.release();
        }
      }
      return future.get(limits.decodeMax().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      deadline.expire();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while an image was decoded");
    } catch (TimeoutException _) {
      deadline.expire();
      throw new RefusedImageException("decoding takes longer than " + text(limits.decodeMax()));
    } catch (ExecutionException e) {
      throw unwrap(e.getCause());
    }
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
    return placesMax - places.availablePermits();
  }

  private void submit(FutureTask<?> future, int permits) {
    threads.execute(() -> {
      running.put(future, System.nanoTime());
      try {
        future.run();
      } finally {
        running.remove(future);
        memory.release(permits);
        places.release();
      }
    });
  }

  private static RefusedImageException unwrap(Throwable cause) {
    return switch (cause) {
      case RefusedImageException refused -> refused;
      case Error error -> throw error;
      case RuntimeException bug -> throw bug;
      default -> throw new IllegalStateException(cause);
    };
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
