package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Cpu;
import io.sketchstream.benchmarks.measure.Distribution;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.query.index.IndexOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Searches continuously while images are inserted at half the maximal rate of the index.
public final class SearchWhileInserting implements Benchmark {
  private static final int K = 10;
  private static final int SAMPLES_MAX = 200;

  @Override
  public String name() {
    return "search-while-inserting";
  }

  @Override
  public String summary() {
    return "searches per second, p50, p99 and recall while images come in at half the full rate";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("vectors", "seconds", "searchers", "shards"));
    int filled = options.integer("vectors", 100_000);
    int seconds = options.integer("seconds", 60);
    int searchers = options.integer("searchers", 2);
    int shards = options.integer("shards", 2);
    try (Workplace home = Workplace.create("inserting");
        InProcessIndex index =
            new InProcessIndex(
                home.directory(), shards, IndexOptions.defaults(), Duration.ofSeconds(5))) {
      float[][] first = ClusteredVectors.make(0, filled);
      Cpu fill = new Cpu();
      for (int number = 0; number < filled; number++) {
        var _ = index.send(number, first[number], 0, List.of());
      }
      index.awaitAll();
      double rate = filled / fill.wallSeconds() / 2;
      System.out.printf(
          Locale.ROOT,
          "%,d vectors filled at %.0f/s; %d s at %.0f/s beside %d searchers, k=%d, %d processors%n",
          filled,
          2 * rate,
          seconds,
          rate,
          searchers,
          K,
          Runtime.getRuntime().availableProcessors());
      float[][] later = ClusteredVectors.make(filled, (int) (rate * seconds));
      Load load = new Load(index, first, later);
      load.run(rate, searchers);
      load.report(seconds);
    }
  }

  /// One search whose recall is looked at afterwards.
  private record Sample(float[] query, int before, int[] found) {}

  private static final class Load {
    private final InProcessIndex index;
    private final float[][] first;
    private final float[][] later;
    private final float[][] queries = ClusteredVectors.make(1_500_000_000, 500);
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger visible;
    private final AtomicInteger failed = new AtomicInteger();
    private final Queue<Double> millis = new ConcurrentLinkedQueue<>();
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private volatile boolean over;
    private double insertSeconds;

    Load(InProcessIndex index, float[][] first, float[][] later) {
      this.index = index;
      this.first = first;
      this.later = later;
      this.visible = new AtomicInteger(first.length);
    }

    void run(double rate, int searchers) throws InterruptedException {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < searchers; i++) {
        int offset = i;
        threads.add(Thread.ofPlatform().start(() -> search(offset)));
      }
      long start = System.nanoTime();
      for (float[] vector : later) {
        int number = sent.getAndIncrement();
        LockSupport.parkNanos(start + (long) (number / rate * 1e9) - System.nanoTime());
        var _ = index.send(first.length + number, vector, 0, List.of());
      }
      over = true;
      for (Thread thread : threads) {
        thread.join();
      }
      index.awaitAll();
      insertSeconds = (System.nanoTime() - start) / 1e9;
    }

    private void search(int offset) {
      for (int i = offset; !over; i++) {
        float[] query = queries[i % queries.length];
        int before = visible.get();
        long start = System.nanoTime();
        try {
          int[] found = index.search(query, K, "", List.of());
          millis.add((System.nanoTime() - start) / 1e6);
          if (i % 50 == 0 && samples.size() < SAMPLES_MAX) {
            samples.add(new Sample(query, before, found));
          }
        } catch (IllegalStateException e) {
          failed.incrementAndGet();
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    /// Recall is over the images that were searchable when the load began; later ones that are
    /// nearer take places of the ten and are not counted against it.
    private double recall() {
      long hits = 0;
      long all = 0;
      for (Sample sample : samples) {
        int newer =
            (int) java.util.Arrays.stream(sample.found()).filter(n -> n >= sample.before()).count();
        int[][] truth =
            ClusteredVectors.nearest(first, new float[][] {sample.query()}, K - newer, _ -> true);
        hits +=
            java.util.Arrays.stream(truth[0])
                .filter(n -> java.util.Arrays.stream(sample.found()).anyMatch(f -> f == n))
                .count();
        all += truth[0].length;
      }
      return all == 0 ? 1 : (double) hits / all;
    }

    void report(int seconds) {
      Distribution all =
          new Distribution(millis.stream().mapToDouble(Double::doubleValue).toArray());
      System.out.println(all);
      System.out.printf(
          Locale.ROOT,
          "RESULT search-while-inserting vectors=%d inserted_per_s=%.0f qps=%.1f p50_ms=%.1f"
              + " p99_ms=%.1f recall=%.4f failed=%d segments=%d%n",
          first.length,
          later.length / insertSeconds,
          millis.size() / (double) seconds,
          all.median(),
          all.percentile(99),
          recall(),
          failed.get(),
          index.segments());
    }
  }
}
