package io.sketchstream.benchmarks.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Distribution;
import io.sketchstream.benchmarks.measure.Options;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A sketch search over HTTP, stage by stage, at growing sizes of the gallery. Beyond the first
/// size the index is filled with synthetic vectors through the embeddings topic.
public final class SearchLatency implements Benchmark {
  @Override
  public String name() {
    return "search-latency";
  }

  @Override
  public String summary() {
    return "sketch to hits over HTTP at 1,000 and 100,000 images, and where the time goes";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("sizes", "searches", "warm-up", "k", "model"));
    int searches = options.integer("searches", 300);
    int warmUp = options.integer("warm-up", 100);
    int k = options.integer("k", 10);
    String[] sizes = options.text("sizes", "1000,100000").split(",");
    System.out.printf(
        "%d searches after %d of warm-up, one at a time, k=%d%n", searches, warmUp, k);
    StringBuilder result = new StringBuilder("RESULT search-latency");
    try (Installation installation = Installation.start(options.text("model", ""));
        Api api = new Api(installation.address())) {
      int filled = 0;
      for (String text : sizes) {
        int size = Integer.parseInt(text.strip());
        new SyntheticGallery(installation).fill(filled, size);
        api.awaitIndexed(size);
        filled = size;
        measure(api, QuerySketches.make(warmUp, 1), k);
        Stages stages = measure(api, QuerySketches.make(searches, 2), k);
        stages.print(size);
        result.append(
            String.format(
                Locale.ROOT,
                " p50_ms_%d=%.1f p99_ms_%d=%.1f",
                size,
                stages.whole().median(),
                size,
                stages.whole().percentile(99)));
        result.append(secondRound(api, QuerySketches.make(searches, 3), k, size));
      }
    }
    System.out.println(result);
  }

  /// What query expansion adds: each drawing is searched without it and with it, in turns.
  private static String secondRound(Api api, List<String> drawings, int k, int size)
      throws Exception {
    double[] off = new double[drawings.size()];
    double[] on = new double[drawings.size()];
    for (int i = 0; i < off.length; i++) {
      boolean onFirst = i % 2 == 1;
      for (boolean expand : new boolean[] {onFirst, !onFirst}) {
        long start = System.nanoTime();
        JsonNode _ = api.search(drawings.get(i), k, expand ? "on" : "off");
        (expand ? on : off)[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    double without = new Distribution(off).median();
    double with = new Distribution(on).median();
    System.out.printf(
        Locale.ROOT,
        "  query expansion: p50 %.1f ms without, %.1f with, ratio %.2f%n",
        without,
        with,
        with / without);
    return String.format(Locale.ROOT, " expand_ratio_%d=%.2f", size, with / without);
  }

  private static Stages measure(Api api, List<String> drawings, int k) throws Exception {
    double[] whole = new double[drawings.size()];
    Map<String, double[]> stages = new LinkedHashMap<>();
    for (int i = 0; i < whole.length; i++) {
      long start = System.nanoTime();
      JsonNode answer = api.search(drawings.get(i), k);
      whole[i] = (System.nanoTime() - start) / 1e6;
      if (answer.path("hits").size() != k) {
        throw new IllegalStateException("expected " + k + " hits: " + answer);
      }
      int query = i;
      answer
          .path("timings")
          .properties()
          .forEach(stage ->
              stages.computeIfAbsent(stage.getKey(), _ -> new double[whole.length])[query] =
                  stage.getValue().asDouble() / 1000);
    }
    return new Stages(whole, stages);
  }

  /// The whole and its parts; what no stage covers is HTTP and scheduling.
  private record Stages(double[] millis, Map<String, double[]> parts) {
    Distribution whole() {
      return new Distribution(millis);
    }

    void print(int size) {
      System.out.printf(Locale.ROOT, "%n%,d images: %s%n", size, whole());
      double mean = whole().mean();
      double covered = 0;
      for (Map.Entry<String, double[]> part : parts.entrySet()) {
        Distribution stage = new Distribution(part.getValue());
        covered += stage.mean();
        line(part.getKey(), stage, mean);
      }
      System.out.printf(
          Locale.ROOT, "  %-16s %5.1f%%%n", "http, the rest", 100 * (mean - covered) / mean);
    }

    private static void line(String name, Distribution stage, double mean) {
      System.out.printf(
          Locale.ROOT,
          "  %-16s %5.1f%%  p50 %6.2f  p99 %6.2f ms%n",
          name,
          100 * stage.mean() / mean,
          stage.median(),
          stage.percentile(99));
    }
  }
}
