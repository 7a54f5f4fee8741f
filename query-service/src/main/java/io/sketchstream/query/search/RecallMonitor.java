package io.sketchstream.query.search;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.fanout.ShardRequest;
import io.sketchstream.query.index.GenerationIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// Repeats some of the searches exactly, and counts what they missed.
///
/// One at a time, with a pause of 99 times its duration after each: exact searches take at most a
/// hundredth of the time, whatever the sample rate. Searches that arrive meanwhile are skipped. The
/// first search after the start is always checked.
///
/// **Threads:** any may offer, without blocking; owns `query-recall`.
public final class RecallMonitor implements AutoCloseable {
  private static final Duration EXACT_MAX = Duration.ofSeconds(30);
  private static final int REST = 99;

  private final Function<Generation, Optional<GenerationIndex>> indexes;
  private final FanOut fanOut;
  private final double sampleRate;
  private final DistributionSummary recall;
  private final Timer exactTime;
  private final Counter incomplete;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("query-recall").factory());
  private volatile boolean measured;
  private volatile long restUntil = System.nanoTime();

  /// @param fanOut with timeouts long enough for exact answers
  /// @param sampleRate share of the searches that are checked, 0 to 1
  public RecallMonitor(
      Function<Generation, Optional<GenerationIndex>> indexes,
      FanOut fanOut,
      double sampleRate,
      MeterRegistry registry) {
    this.indexes = indexes;
    this.fanOut = fanOut;
    this.sampleRate = sampleRate;
    this.recall =
        DistributionSummary.builder("sketchstream.query.recall")
            .description("Share of the exact nearest images that sampled searches found")
            .serviceLevelObjectives(0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
            .register(registry);
    this.exactTime =
        Timer.builder("sketchstream.query.recall.exact")
            .description("Time of the exact answers to sampled searches")
            .register(registry);
    this.incomplete =
        Counter.builder("sketchstream.query.recall.incomplete")
            .description("Sampled searches without an exact answer from all shards")
            .register(registry);
  }

  /// Checks a search by a vector alone later, if it is sampled.
  ///
  /// @param answer complete
  /// @param asked when the shards were asked
  void offer(Generation generation, SearchRounds.Found answer, Instant asked) {
    boolean sampled =
        sampleRate > 0 && (!measured || ThreadLocalRandom.current().nextDouble() < sampleRate);
    if (!sampled || System.nanoTime() - restUntil < 0 || !busy.compareAndSet(false, true)) {
      return;
    }
    thread.execute(() -> {
      long start = System.nanoTime();
      try {
        look(generation, answer, asked);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        long took = System.nanoTime() - start;
        exactTime.record(took, TimeUnit.NANOSECONDS);
        restUntil = System.nanoTime() + REST * took;
        busy.set(false);
      }
    });
  }

  private void look(Generation generation, SearchRounds.Found answer, Instant asked)
      throws InterruptedException {
    Optional<GenerationIndex> index = indexes.apply(generation);
    if (index.isEmpty()) {
      return; // Retired meanwhile.
    }
    ShardReplies replies =
        fanOut.ask(
            index.get(),
            ShardRequest.toAll(
                index.get(),
                List.of(),
                System.nanoTime() + EXACT_MAX.toNanos(),
                answer.knn().exactly()),
            true);
    if (!replies.complete()) {
      incomplete.increment();
      return;
    }
    int k = answer.knn().asked().getK();
    List<Hit> exact = HitMerge.merge(replies.nearest(), k, false);
    List<Hit> answered = HitMerge.merge(answer.replies().nearest(), k, false);
    OptionalDouble found = Recall.of(answered, exact, k, asked);
    if (found.isPresent()) {
      recall.record(found.getAsDouble());
      measured = true;
    }
  }

  /// Cancels the check in progress.
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      boolean _ = thread.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
