package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.RolloutApi.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/// Adds, replaces and removes images at a steady rate, each until it is acknowledged.
///
/// **Threads:** one of its own. **Owns:** it, until [#close].
public final class GalleryWriter implements AutoCloseable {
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final double ADDS = 0.5;
  private static final double UPDATES = 0.3;
  private static final int KEPT_MIN = 3;

  private final RolloutApi api;
  private final Ledger ledger;
  private final IntFunction<byte[]> pictures;
  private final long periodNanos;
  private final Random random;
  private final List<String> live;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicLong writes = new AtomicLong();
  private final Thread thread;
  private volatile boolean stopping;
  private int nextPicture;

  /// @param pictures the picture of a number
  /// @param begun ids that exist already and may be replaced and removed
  public GalleryWriter(
      RolloutApi api,
      Ledger ledger,
      IntFunction<byte[]> pictures,
      List<String> begun,
      double perSecond,
      long seed) {
    this.api = api;
    this.ledger = ledger;
    this.pictures = pictures;
    this.live = new ArrayList<>(begun);
    this.periodNanos = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    this.random = new Random(seed);
    this.thread = Thread.ofPlatform().name("drill-writer").start(this::run);
  }

  /// No write is in flight until the lock is released.
  ReentrantLock turn() {
    return turn;
  }

  /// Writes that were acknowledged.
  public long writes() {
    return writes.get();
  }

  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long next = System.nanoTime();
    while (!stopping) {
      turn.lock();
      try {
        write();
      } finally {
        turn.unlock();
      }
      next = Math.max(next + periodNanos, System.nanoTime());
      while (!stopping && next - System.nanoTime() > 0) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }
  }

  private void write() {
    double choice = random.nextDouble();
    if (choice < ADDS || live.size() < KEPT_MIN) {
      String id = "churn-" + nextPicture;
      live.add(id);
      put(id);
    } else if (choice < ADDS + UPDATES) {
      put(live.get(random.nextInt(live.size())));
    } else {
      remove(live.remove(random.nextInt(live.size())));
    }
  }

  private void put(String id) {
    byte[] picture = pictures.apply(nextPicture++);
    Position position = insist(() -> api.put(id, picture));
    if (position != null) {
      ledger.added(id, position);
    }
  }

  private void remove(String id) {
    Position position = insist(() -> api.delete(id));
    if (position != null) {
      ledger.removed(id, position);
    }
  }

  private interface Write {
    Position attempt() throws IOException, InterruptedException;
  }

  /// @return null when the drill stops before it is acknowledged
  private Position insist(Write write) {
    while (true) {
      try {
        Position position = write.attempt();
        writes.incrementAndGet();
        return position;
      } catch (IOException e) {
        // Written again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
      if (stopping) {
        return null;
      }
      LockSupport.parkNanos(RETRY.toNanos());
    }
  }
}
