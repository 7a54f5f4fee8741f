package io.sketchstream.trainer.evaluate;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;

/// The result of an evaluation.
///
/// @param gallery number of photos searched
/// @param dimension of the embeddings
/// @param chance mAP of a random order
/// @param steps metrics of all queries by ranking method: `plain` is cosine similarity, `hubness`
///   subtracts hubness, `expanded` also searches again with an expanded query, `served` does so
///   only if the first hits agree
/// @param byClass metrics by class, by cosine similarity
/// @param binary with 64-bit codes and Hamming distance, if codes were fitted
/// @param generalised with photos of seen classes in the gallery, too, if there are any
public record RetrievalReport(
    int gallery,
    int dimension,
    double chance,
    SequencedMap<String, RetrievalMetrics> steps,
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

  /// Metrics of all queries by cosine similarity.
  public RetrievalMetrics overall() {
    return steps.get(Scoring.PLAIN);
  }

  /// The report as a text table. `s` is strict, `l` lenient; P@min100 is precision at min(100, R).
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d queries, %d photos, %d dimensions, chance mAP %.3f%n",
            overall().queries(),
            gallery,
            dimension,
            chance));
    text.append(HEADER).append('\n');
    steps.forEach((name, metrics) -> text.append(line(name, metrics)));
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
