package io.sketchstream.benchmarks.rollout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Writes an image now and then, and times how long it takes until a search has seen it.
///
/// **Threads:** one of its own. **Owns:** it, until [#close].
public final class FreshnessProbe implements AutoCloseable {
  private static final Duration SEEN_MAX = Duration.ofSeconds(20);
  private static final int FIRST_PICTURE = 1_000_000;

  private final RolloutApi api;
  private final Ledger ledger;
  private final DrillPlan plan;
  private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final ReentrantLock turn = new ReentrantLock();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  /// @param nanos when the write began
  /// @param millis until the first search that sees it
  public record Sample(long nanos, double millis) {}

  FreshnessProbe(RolloutApi api, Ledger ledger, DrillPlan plan) {
    this.api = api;
    this.ledger = ledger;
    this.plan = plan;
    this.thread = Thread.ofPlatform().name("drill-probe").start(this::run);
  }

  /// No probe is in flight until the lock is released.
  ReentrantLock turn() {
    return turn;
  }

  List<Sample> samples() {
    return new ArrayList<>(samples);
  }

  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      for (int i = 0; !stopping.await(plan.probes().toMillis(), TimeUnit.MILLISECONDS); i++) {
        turn.lock();
        try {
          probe(i);
        } catch (IOException e) {
          samples.add(new Sample(System.nanoTime(), SEEN_MAX.toMillis()));
        } finally {
          turn.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void probe(int number) throws IOException, InterruptedException {
    String id = "probe-" + number;
    byte[] picture = plan.pictures().apply(FIRST_PICTURE + number);
    byte[] sketch = plan.queries().get(number % plan.queries().size()).sketch();
    long start = System.nanoTime();
    RolloutApi.Position position = api.put(id, picture);
    ledger.added(id, position);
    String token = position.partition() + ":" + position.offset();
    RolloutApi.Answer answer = api.search(sketch, 1, token, SEEN_MAX);
    if (!answer.ok()) {
      throw new IOException(answer.problem());
    }
    samples.add(new Sample(start, (System.nanoTime() - start) / 1e6));
  }
}
