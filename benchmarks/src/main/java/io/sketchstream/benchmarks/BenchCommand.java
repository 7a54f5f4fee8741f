package io.sketchstream.benchmarks;

import io.sketchstream.benchmarks.index.ChurnBenchmark;
import io.sketchstream.benchmarks.index.HubnessBenchmark;
import io.sketchstream.benchmarks.index.IndexBenchmark;
import io.sketchstream.benchmarks.index.RestartBenchmark;
import io.sketchstream.benchmarks.index.SearchWhileInserting;
import io.sketchstream.benchmarks.index.StandingQueriesBenchmark;
import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.model.EncoderSpeed;
import io.sketchstream.benchmarks.model.EvaluationSpeed;
import io.sketchstream.benchmarks.model.GpuCheck;
import io.sketchstream.benchmarks.model.MemoryOverTime;
import io.sketchstream.benchmarks.model.TrainingSpeed;
import io.sketchstream.benchmarks.pipeline.CommandLine;
import io.sketchstream.benchmarks.pipeline.Freshness;
import io.sketchstream.benchmarks.pipeline.Overload;
import io.sketchstream.benchmarks.pipeline.PipelineThroughput;
import io.sketchstream.benchmarks.pipeline.SearchLatency;
import io.sketchstream.benchmarks.pipeline.StopSignals;
import io.sketchstream.benchmarks.rollout.RolloutBenchmark;
import java.util.List;

/// `./sketchstream bench [NAME [--option value]...]`: lists the benchmarks, or runs one.
public final class BenchCommand {
  private static final List<Benchmark> ALL =
      List.of(
          new Freshness(),
          new Overload(),
          new PipelineThroughput(),
          new SearchLatency(),
          new EncoderSpeed(),
          new TrainingSpeed(),
          new EvaluationSpeed(),
          new GpuCheck(),
          new MemoryOverTime(),
          new StopSignals(),
          new CommandLine(),
          new IndexBenchmark(),
          new HubnessBenchmark(),
          new ChurnBenchmark(),
          new SearchWhileInserting(),
          new RestartBenchmark(),
          new StandingQueriesBenchmark(),
          new RolloutBenchmark());

  private BenchCommand() {}

  /// @param arguments a benchmark's name and its options; none lists what there is
  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    if (words.isEmpty() || words.contains("--help")) {
      System.out.println("./sketchstream bench NAME [--option value]...\n");
      ALL.forEach(b -> System.out.printf("  %-20s %s%n", b.name(), b.summary()));
      return;
    }
    Benchmark chosen =
        ALL.stream().filter(b -> b.name().equals(words.getFirst())).findFirst().orElse(null);
    if (chosen == null) {
      System.err.println(
          "No benchmark '" + words.getFirst() + "'; ./sketchstream bench lists them.");
      System.exit(2);
      return;
    }
    chosen.run(words.subList(1, words.size()));
  }
}
