package io.sketchstream.training.runs;

import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.PictureKind;
import io.sketchstream.trainer.evaluate.EmbeddedPictures;
import io.sketchstream.trainer.evaluate.RetrievalMetrics;
import io.sketchstream.training.rollout.GateSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Two models on the same queries and the same gallery.
///
/// @param before the active generation
/// @param after the candidate
/// @param gain of the mean average precision over the classes
/// @param margin that the gain must exceed at its lower end
/// @param elsewhere measured on unlabelled images; empty if there are too few
record Comparison(
    Side before, Side after, ClassInterval gain, double margin, Optional<Elsewhere> elsewhere) {

  /// The results of one model.
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

    /// The mean of a measure for each class.
    SortedMap<String, Double> byClass(ToDoubleFunction<RetrievalMetrics> measure) {
      SortedMap<String, List<Double>> values = new TreeMap<>();
      for (int i = 0; i < byQuery.size(); i++) {
        values
            .computeIfAbsent(queries.examples().get(i).label(), _ -> new ArrayList<>())
            .add(measure.applyAsDouble(byQuery.get(i)));
      }
      SortedMap<String, Double> means = new TreeMap<>();
      values.forEach((label, each) -> means.put(label, mean(each)));
      return means;
    }

    /// The mean over the classes.
    double mean(ToDoubleFunction<RetrievalMetrics> measure) {
      return mean(List.copyOf(byClass(measure).values()));
    }

    private static double mean(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
  }

  /// Compares two results.
  static Comparison of(Side before, Side after, GateOptions limits, Optional<Elsewhere> elsewhere) {
    double[] gains =
        after.byClass(RetrievalMetrics::meanAveragePrecision).entrySet().stream()
            .mapToDouble(entry ->
                entry.getValue()
                    - before.byClass(RetrievalMetrics::meanAveragePrecision).get(entry.getKey()))
            .toArray();
    return new Comparison(
        before, after, ClassInterval.of(gains, limits.confidence()), limits.margin(), elsewhere);
  }

  List<Example> queries() {
    return before.queries().examples();
  }

  /// The gain of a query, negative where it got worse.
  double gainOf(int query) {
    return after.byQuery().get(query).meanAveragePrecision()
        - before.byQuery().get(query).meanAveragePrecision();
  }

  /// Queries that got worse.
  int worse() {
    return (int) IntStream.range(0, queries().size()).filter(i -> gainOf(i) < 0).count();
  }

  /// Whether the candidate is better on the labelled classes, and not worse elsewhere. A margin of
  /// -1 accepts every gain.
  boolean passed() {
    return (margin <= -1 || gain.low() > margin) && elsewhere.map(Elsewhere::passed).orElse(true);
  }

  /// The numbers, by name, for `models` and the manifest.
  Map<String, Double> metrics() {
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put(GateSummary.PASSED, passed() ? 1.0 : 0.0);
    metrics.put(GateSummary.MAP, after.mean(RetrievalMetrics::meanAveragePrecision));
    metrics.put(GateSummary.ACTIVE_MAP, before.mean(RetrievalMetrics::meanAveragePrecision));
    metrics.put("gate.P@100", after.mean(RetrievalMetrics::precisionAt100));
    metrics.put("gate.active.P@100", before.mean(RetrievalMetrics::precisionAt100));
    metrics.put(GateSummary.GAIN, gain.mean());
    metrics.put(GateSummary.GAIN_LOW, Math.max(-1, gain.low()));
    metrics.put(GateSummary.SKETCHES, (double) queries().size());
    metrics.put(GateSummary.CLASSES, (double) gain.classes());
    long contours =
        queries().stream().filter(query -> query.kind() == PictureKind.CONTOURS).count();
    if (contours > 0) {
      metrics.put(GateSummary.CONTOURS, (double) contours);
    }
    elsewhere.ifPresent(e -> {
      metrics.put("gate.elsewhere.images", (double) e.images());
      metrics.put("gate.elsewhere.overlap@10", e.overlap());
      metrics.put(GateSummary.ELSEWHERE, e.change());
      metrics.put(GateSummary.ELSEWHERE_PASSED, e.passed() ? 1.0 : 0.0);
    });
    return metrics;
  }

  /// The result in a sentence without a full stop.
  String verdict() {
    return GateSummary.sentence(metrics()).orElseThrow();
  }
}
