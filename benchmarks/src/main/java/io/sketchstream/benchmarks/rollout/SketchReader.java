package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.RolloutApi.Answer;
import io.sketchstream.benchmarks.rollout.RolloutApi.FoundImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Searches at a fixed rate, however long the answers take (open loop), each search with the tokens
/// of everything acknowledged by then.
///
/// **Threads:** one that keeps time, one for each search. **Owns:** them, until [#close].
public final class SketchReader implements AutoCloseable {
  private static final Duration SEARCH_MAX = Duration.ofSeconds(10);
  private static final int IN_FLIGHT_MAX = 256;

  private final RolloutApi api;
  private final Ledger ledger;
  private final List<DrillQuery> queries;
  private final int k;
  private final long periodNanos;
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
  private final ConcurrentLinkedQueue<Reading> readings = new ConcurrentLinkedQueue<>();
  private final ExecutorService searches = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;
  private volatile boolean stopping;

  /// One search and its outcome.
  ///
  /// @param query number of the query
  /// @param dueNanos when it was to begin
  /// @param doneNanos when the answer was there
  /// @param resurrected ids in the answer whose removal was acknowledged before it was asked for
  public record Reading(
      int query, long dueNanos, long doneNanos, Answer answer, List<String> resurrected) {
    /// From due to done.
    public double millis() {
      return (doneNanos - dueNanos) / 1e6;
    }
  }

  public SketchReader(
      RolloutApi api, Ledger ledger, List<DrillQuery> queries, int k, double perSecond) {
    this.api = api;
    this.ledger = ledger;
    this.queries = List.copyOf(queries);
    this.k = k;
    this.periodNanos = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    this.thread = Thread.ofPlatform().name("drill-reader").start(this::run);
  }

  /// Everything that was read so far.
  public List<Reading> readings() {
    return new ArrayList<>(readings);
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
    searches.close();
  }

  private void run() {
    long due = System.nanoTime();
    for (int i = 0; !stopping; i++) {
      while (!stopping && due - System.nanoTime() > 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      int query = i % queries.size();
      long dueNanos = due;
      if (inFlight.tryAcquire()) {
        searches.execute(() -> {
          try {
            readings.add(search(query, dueNanos));
          } finally {
            inFlight.release();
          }
        });
      } else {
        readings.add(failed(query, dueNanos, IN_FLIGHT_MAX + " searches wait already"));
      }
      due += periodNanos;
    }
  }

  private Reading search(int query, long dueNanos) {
    long removals = ledger.removals();
    try {
      Answer answer = api.search(queries.get(query).sketch(), k, ledger.tokens(), SEARCH_MAX);
      long doneNanos = System.nanoTime();
      List<String> resurrected =
          answer.hits().stream()
              .map(FoundImage::imageId)
              .filter(id -> ledger.wasRemoved(id, removals))
              .toList();
      return new Reading(query, dueNanos, doneNanos, answer, resurrected);
    } catch (IOException e) {
      return failed(query, dueNanos, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(query, dueNanos, "interrupted");
    }
  }

  private static Reading failed(int query, long dueNanos, String why) {
    Answer none = new Answer(0, "", "", List.of(), Map.of(), why);
    return new Reading(query, dueNanos, System.nanoTime(), none, List.of());
  }
}
