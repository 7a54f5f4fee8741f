package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.AnswerCheck.Verdict;
import io.sketchstream.benchmarks.rollout.Audit.Finding;
import io.sketchstream.benchmarks.rollout.FreshnessProbe.Sample;
import io.sketchstream.benchmarks.rollout.SketchReader.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The results of a drill. Times are of [System#nanoTime].
///
/// @param switches the switches between the two generations at the end
/// @param progress share of the gallery that the new generation had, by time
public record DrillReport(
    String before,
    String candidate,
    Times times,
    List<Reading> readings,
    List<Sample> fresh,
    List<Progress> progress,
    List<Switch> switches,
    Verdict verdict,
    List<Finding> findings,
    long writes,
    DrillPlan plan) {

  /// The times of the phases.
  public record Times(
      long start, long backfill, long ready, long activated, long rollback, long end) {}

  /// A switch of the generation under load.
  ///
  /// @param gapMillis the longest time without an answer around it
  /// @param usualGapMillis the same over as long a time before it
  /// @param seenMillis from the command to the first answer of the other generation
  public record Switch(double gapMillis, double usualGapMillis, double seenMillis) {}

  /// The progress of a backfill.
  ///
  /// @param puts pictures acknowledged so far
  /// @param cpuMillis of the services so far, by kind of work
  public record Progress(long nanos, double fraction, long puts, Map<String, Double> cpuMillis) {
    double cpuMillis(String work) {
      return cpuMillis.getOrDefault(work, 0.0);
    }
  }

  /// Pictures embedded for a generation that is complete up to then: each one ever sent, because
  /// the topic still holds those that were replaced or removed.
  public long embedded(long until) {
    return progress.stream()
        .filter(p -> p.nanos() <= until)
        .mapToLong(Progress::puts)
        .max()
        .orElse(0);
  }

  /// Milliseconds of CPU a second that each kind of work took within a time.
  public Map<String, Double> cpuMillisPerSecond(long from, long to) {
    List<Progress> within =
        progress.stream().filter(p -> p.nanos() >= from && p.nanos() <= to).toList();
    Map<String, Double> rates = new TreeMap<>();
    if (within.size() > 1) {
      Progress first = within.getFirst();
      Progress last = within.getLast();
      double seconds = (last.nanos() - first.nanos()) / 1e9;
      last.cpuMillis()
          .keySet()
          .forEach(
              work -> rates.put(work, (last.cpuMillis(work) - first.cpuMillis(work)) / seconds));
    }
    return rates;
  }

  /// Searches that got no answer.
  public List<Reading> failures() {
    return readings.stream().filter(reading -> !reading.answer().ok()).toList();
  }

  /// Ids in answers that should have seen their removal.
  public List<String> resurrected() {
    return readings.stream().flatMap(reading -> reading.resurrected().stream()).toList();
  }

  /// Answers that were due within a time.
  public List<Reading> answers(long from, long to) {
    return readings.stream()
        .filter(reading -> reading.answer().ok())
        .filter(reading -> reading.dueNanos() >= from && reading.dueNanos() < to)
        .toList();
  }

  /// A percentile of the milliseconds from due to done, within a time.
  public double searchMillis(double percent, long from, long to) {
    return percentile(answers(from, to).stream().mapToDouble(Reading::millis).toArray(), percent);
  }

  /// A percentile of the milliseconds that each stage of a search took, within a time, in the order
  /// of the flow.
  public Map<String, Double> stageMillis(double percent, long from, long to) {
    Map<String, List<Double>> samples = new LinkedHashMap<>();
    answers(from, to)
        .forEach(reading ->
            reading
                .answer()
                .stageMillis()
                .forEach((stage, millis) ->
                    samples.computeIfAbsent(stage, _ -> new ArrayList<>()).add(millis)));
    Map<String, Double> percentiles = new LinkedHashMap<>();
    samples.forEach((stage, millis) ->
        percentiles.put(
            stage,
            percentile(millis.stream().mapToDouble(Double::doubleValue).toArray(), percent)));
    return percentiles;
  }

  /// A percentile of the milliseconds from a write to the first search that sees it.
  public double freshMillis(double percent, long from, long to) {
    return percentile(
        fresh.stream()
            .filter(sample -> sample.nanos() >= from && sample.nanos() < to)
            .mapToDouble(Sample::millis)
            .toArray(),
        percent);
  }

  /// The mean average precision of what was served within a time.
  public double servedMap(long from, long to) {
    return answers(from, to).stream()
        .mapToDouble(this::averagePrecision)
        .filter(ap -> !Double.isNaN(ap))
        .average()
        .orElse(Double.NaN);
  }

  /// Average precision of one answer over its hits that have a class; NaN without any to find.
  public double averagePrecision(Reading reading) {
    String wanted = plan.queries().get(reading.query()).className();
    long relevant = plan.classes().values().stream().filter(wanted::equals).count();
    if (relevant == 0) {
      return Double.NaN;
    }
    Map<String, String> classes = plan.classes();
    int seen = 0;
    int right = 0;
    double sum = 0;
    for (RolloutApi.FoundImage hit : reading.answer().hits()) {
      String className = classes.get(hit.imageId());
      if (className != null) {
        seen++;
        if (className.equals(wanted)) {
          right++;
          sum += (double) right / seen;
        }
      }
    }
    return sum / Math.min(relevant, plan.k());
  }

  /// Queries whose first labelled hit was right before the rollout and is wrong after it.
  public long negativeFlips() {
    long flips = 0;
    for (int query = 0; query < plan.queries().size(); query++) {
      Boolean then = firstIsRight(query, times.start(), times.backfill());
      Boolean now = firstIsRight(query, times.activated(), times.rollback());
      flips += Boolean.TRUE.equals(then) && Boolean.FALSE.equals(now) ? 1 : 0;
    }
    return flips;
  }

  /// The last answer within a time decides; null without any.
  private Boolean firstIsRight(int query, long from, long to) {
    String wanted = plan.queries().get(query).className();
    return answers(from, to).stream()
        .filter(reading -> reading.query() == query)
        .reduce((_, last) -> last)
        .flatMap(reading ->
            reading.answer().hits().stream()
                .map(hit -> plan.classes().get(hit.imageId()))
                .filter(className -> className != null)
                .findFirst())
        .map(wanted::equals)
        .orElse(null);
  }

  static double percentile(double[] samples, double percent) {
    if (samples.length == 0) {
      return Double.NaN;
    }
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }
}
