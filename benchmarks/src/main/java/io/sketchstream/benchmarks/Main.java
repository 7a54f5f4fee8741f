package io.sketchstream.benchmarks;

import java.util.List;

/// `./sketchstream bench [NAME [--option value]...]`: lists the benchmarks, or runs one.
public final class Main {
  private static final List<Benchmark> ALL =
      List.of(
          new Freshness(),
          new PipelineThroughput(),
          new SearchLatency(),
          new EncoderSpeed(),
          new TrainingSpeed(),
          new EvaluationSpeed(),
          new MemoryOverTime(),
          new StopSignals(),
          new IndexBenchmark(),
          new SearchWhileInserting(),
          new RestartBenchmark(),
          new RolloutBenchmark());

  private Main() {}

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
