package io.sketchstream.ingest.gallery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Limits how many images are processed at once, first come, first served. The number of waiting
/// callers is bounded elsewhere: by the admitted requests and the one folder watcher.
///
/// **Threads:** any.
public final class ConcurrencyLimiter {
  private static final long WAIT_SECONDS_MAX = 120;

  private final Semaphore permits;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Consumer<Duration> waited;

  /// @param concurrencyMax number of permits
  /// @param waited receives the waiting time of each permit
  public ConcurrencyLimiter(int concurrencyMax, Consumer<Duration> waited) {
    this.permits = new Semaphore(concurrencyMax, true);
    this.waited = waited;
  }

  /// The right to process one image; returned by closing it.
  public final class Permit implements AutoCloseable {
    private Permit() {}

    @Override
    public void close() {
      permits.release();
    }
  }

  /// Waits for a permit.
  ///
  /// @throws UnavailableException when there is none for a long time, or the service is stopping
  public Permit acquire() {
    long from = System.nanoTime();
    waiting.incrementAndGet();
    try {
      if (!permits.tryAcquire(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new UnavailableException("too many images are being processed; try again");
      }
    } catch (InterruptedException e) {
      throw UnavailableException.stopping(e);
    } finally {
      waiting.decrementAndGet();
    }
    waited.accept(Duration.ofNanos(System.nanoTime() - from));
    return new Permit();
  }

  /// Number of callers that wait for a permit.
  public int waiting() {
    return waiting.get();
  }
}
