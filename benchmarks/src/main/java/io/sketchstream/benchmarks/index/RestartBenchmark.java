package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Cpu;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.benchmarks.pipeline.SyntheticGallery;
import io.sketchstream.query.index.IndexOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Time until a shard serves after a crash, by the number of records that it must replay.
public final class RestartBenchmark implements Benchmark {
  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String summary() {
    return "a large shard after a crash: time to serve by the tail that was not committed";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("vectors", "tails"));
    int count = options.integer("vectors", 1_000_000);
    String[] tails = options.text("tails", "0,1000,10000").split(",");
    // No commits by time, which would shorten the tail; so few records cause no commit by size.
    IndexOptions keep = IndexOptions.defaults();
    StringBuilder result = new StringBuilder("RESULT restart vectors=" + count);
    try (Workplace home = Workplace.create("restart");
        InProcessIndex index =
            new InProcessIndex(home.directory(), 1, keep, Duration.ofMinutes(9))) {
      int number = 0;
      Cpu fill = new Cpu();
      for (; number < count; number++) {
        var _ =
            index.send(
                number, SyntheticGallery.vector(number, ClusteredVectors.DIMENSION), 0, List.of());
      }
      index.awaitAll();
      System.out.printf(
          Locale.ROOT, "%,d vectors in one shard, filled in %.1f s%n", count, fill.wallSeconds());
      for (String text : tails) {
        int tail = Integer.parseInt(text.strip());
        index.reopen(keep); // Commits.
        for (int end = number + tail; number < end; number++) {
          var _ =
              index.send(
                  number,
                  SyntheticGallery.vector(number, ClusteredVectors.DIMENSION),
                  0,
                  List.of());
        }
        index.awaitAll();
        double[] seconds = index.crash(keep);
        System.out.printf(
            Locale.ROOT,
            "  tail of %,6d: serves after %.2f s, has it all after %.2f s%n",
            tail,
            seconds[0],
            seconds[1]);
        result.append(
            String.format(
                Locale.ROOT,
                " serve_s_%d=%.2f whole_s_%d=%.2f",
                tail,
                seconds[0],
                tail,
                seconds[1]));
      }
    }
    System.out.println(result);
  }
}
