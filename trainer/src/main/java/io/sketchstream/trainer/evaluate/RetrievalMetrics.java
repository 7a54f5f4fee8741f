package io.sketchstream.trainer.evaluate;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/// The published metrics of a set of queries, each the mean over the queries, 0 to 1.
///
/// @param queries number of queries
/// @param meanAveragePrecision plain, over the whole gallery (mAP@all)
/// @param precisionAt100 share of right ones among the first 100
/// @param precisionAtRelevant100 share among the first min(100, R), R the photos of the class:
///   comparable if a class has fewer than 100
/// @param strictAt200 mAP@200 divided by min(R, 200)
/// @param lenientAt200 mAP@200 divided by the right ones among the first 200
/// @param precisionAt200 share of right ones among the first 200
/// @param accuracyAt1 share of queries whose first hit is right
public record RetrievalMetrics(
    int queries,
    double meanAveragePrecision,
    double precisionAt100,
    double precisionAtRelevant100,
    double strictAt200,
    double lenientAt200,
    double precisionAt200,
    double accuracyAt1) {

  /// The metrics of one ranking.
  static RetrievalMetrics of(Ranking ranking) {
    return new RetrievalMetrics(
        1,
        ranking.averagePrecision(),
        ranking.precisionAt(100),
        ranking.precisionAt(Math.min(100, ranking.relevant())),
        ranking.averagePrecisionStrict(200),
        ranking.averagePrecisionLenient(200),
        ranking.precisionAt(200),
        ranking.precisionAt(1));
  }

  /// The mean of several, weighted by their numbers of queries.
  static RetrievalMetrics mean(Collection<RetrievalMetrics> parts) {
    return new RetrievalMetrics(
        parts.stream().mapToInt(RetrievalMetrics::queries).sum(),
        mean(parts, RetrievalMetrics::meanAveragePrecision),
        mean(parts, RetrievalMetrics::precisionAt100),
        mean(parts, RetrievalMetrics::precisionAtRelevant100),
        mean(parts, RetrievalMetrics::strictAt200),
        mean(parts, RetrievalMetrics::lenientAt200),
        mean(parts, RetrievalMetrics::precisionAt200),
        mean(parts, RetrievalMetrics::accuracyAt1));
  }

  private static double mean(
      Collection<RetrievalMetrics> parts, ToDoubleFunction<RetrievalMetrics> measure) {
    int queries = parts.stream().mapToInt(RetrievalMetrics::queries).sum();
    double sum =
        parts.stream().mapToDouble(part -> measure.applyAsDouble(part) * part.queries()).sum();
    return queries == 0 ? 0 : sum / queries;
  }
}
