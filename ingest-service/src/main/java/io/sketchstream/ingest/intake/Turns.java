package io.sketchstream.ingest.intake;

import io.sketchstream.ingest.gallery.UnavailableException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Lets a bounded number of images be worked on at once, first come, first served. Whoever may wait
/// is bounded elsewhere: by the requests admitted and the one folder watcher.
///
/// **Threads:** any.
public final class Turns {
  private final Semaphore permits;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Consumer<Duration> waited;

  /// @param concurrencyMax how many turns there are
  /// @param waited told how long each turn was waited for
  public Turns(int concurrencyMax, Consumer<Duration> waited) {
    this.permits = new Semaphore(concurrencyMax, true);
    this.waited = waited;
  }

  /// A turn; closing it gives it on.
  public final class Turn implements AutoCloseable {
    private Turn() {}

    @Override
    public void close() {
      permits.release();
    }
  }

  /// Waits for a turn.
  public Turn take() {
    long from = System.nanoTime();
    waiting.incrementAndGet();
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("the service is stopping", e);
    } finally {
      waiting.decrementAndGet();
    }
    waited.accept(Duration.ofNanos(System.nanoTime() - from));
    return new Turn();
  }

  /// How many wait now.
  public int waiting() {
    return waiting.get();
  }
}
