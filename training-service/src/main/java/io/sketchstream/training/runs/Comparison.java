package io.sketchstream.training.runs;

import io.sketchstream.training.data.Example;
import io.sketchstream.training.evaluate.EmbeddedPictures;
import io.sketchstream.training.evaluate.RetrievalMetrics;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Two models on the same queries and the same gallery, query by query.
///
/// @param before the active generation
/// @param after the candidate
/// @param difference of the mean average precision, after less before
record Comparison(Side before, Side after, Bootstrap.Interval difference, double margin) {

  /// What one model does.
  ///
  /// @param generation its name
  /// @param byQuery its measures, in the order of the queries
  record Side(
      String generation,
      EmbeddedPictures queries,
      EmbeddedPictures gallery,
      List<RetrievalMetrics> byQuery) {
    Side {
      byQuery = List.copyOf(byQuery);
    }

    double meanAveragePrecision() {
      return mean(byQuery.stream().mapToDouble(RetrievalMetrics::meanAveragePrecision).toArray());
    }

    double precisionAt100() {
      return mean(byQuery.stream().mapToDouble(RetrievalMetrics::precisionAt100).toArray());
    }

    private static double mean(double[] values) {
      return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    }
  }

  List<Example> queries() {
    return before.queries().examples();
  }

  /// By how much a query got better, negative where it got worse.
  double gain(int query) {
    return after.byQuery().get(query).meanAveragePrecision()
        - before.byQuery().get(query).meanAveragePrecision();
  }

  /// Queries that got worse.
  int worse() {
    return (int) IntStream.range(0, queries().size()).filter(i -> gain(i) < 0).count();
  }

  /// Whether the candidate is better by the margin, even at the lower end of the interval.
  boolean passed() {
    return difference.low() > margin;
  }

  /// The numbers, by name, for `models` and the manifest.
  Map<String, Double> metrics() {
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("gate.mAP", after.meanAveragePrecision());
    metrics.put("gate.P@100", after.precisionAt100());
    metrics.put("gate.active.mAP", before.meanAveragePrecision());
    metrics.put("gate.active.P@100", before.precisionAt100());
    metrics.put("gate.difference", difference.mean());
    metrics.put("gate.difference.low", difference.low());
    metrics.put("gate.difference.high", difference.high());
    return metrics;
  }

  /// One sentence for people.
  String verdict() {
    return String.format(
        java.util.Locale.ROOT,
        "mAP %.3f against %.3f of %s on %d held-out sketches: %+.3f, %.3f to %.3f with confidence;"
            + " it must be more than %.3f at the lower end",
        after.meanAveragePrecision(),
        before.meanAveragePrecision(),
        before.generation(),
        queries().size(),
        difference.mean(),
        difference.low(),
        difference.high(),
        margin);
  }
}
