package io.sketchstream.training.evaluate;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// What an evaluation found.
///
/// @param gallery photos searched
/// @param dimension of the embeddings
/// @param chance mAP of an order drawn by lot
/// @param overall all queries
/// @param byClass the queries of each class
/// @param binary with 64-bit codes and Hamming distance, where codes were fitted
/// @param generalised with the photos of seen classes in the gallery too, where there were any
public record RetrievalReport(
    int gallery,
    int dimension,
    double chance,
    RetrievalMetrics overall,
    SortedMap<String, RetrievalMetrics> byClass,
    Optional<RetrievalMetrics> binary,
    Optional<RetrievalMetrics> generalised) {

  private static final String HEADER =
      "%-24s %7s %7s %7s %9s %9s %9s %7s %7s"
          .formatted(
              "",
              "queries",
              "mAP@all",
              "P@100",
              "P@min100",
              "mAP@200s",
              "mAP@200l",
              "P@200",
              "Acc@1");

  /// A table for people. `s` is strict, `l` lenient; P@min100 is precision at min(100, R).
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d queries, %d photos, %d dimensions, chance mAP %.3f%n",
            overall.queries(),
            gallery,
            dimension,
            chance));
    text.append(HEADER).append('\n');
    text.append(line("all", overall));
    for (Map.Entry<String, RetrievalMetrics> entry : byClass.entrySet()) {
      text.append(line("  " + entry.getKey(), entry.getValue()));
    }
    binary.ifPresent(metrics -> text.append(line("64-bit codes", metrics)));
    generalised.ifPresent(metrics -> text.append(line("generalised", metrics)));
    return text.toString();
  }

  private static String line(String name, RetrievalMetrics m) {
    return String.format(
        Locale.ROOT,
        "%-24s %7d %7.3f %7.3f %9.3f %9.3f %9.3f %7.3f %7.3f%n",
        name,
        m.queries(),
        m.meanAveragePrecision(),
        m.precisionAt100(),
        m.precisionAtRelevant100(),
        m.strictAt200(),
        m.lenientAt200(),
        m.precisionAt200(),
        m.accuracyAt1());
  }
}
