package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.Audit.Finding;
import io.sketchstream.benchmarks.rollout.DrillReport.Progress;
import io.sketchstream.benchmarks.rollout.DrillReport.Switch;
import io.sketchstream.benchmarks.rollout.RolloutApi.Answer;
import io.sketchstream.benchmarks.rollout.SketchReader.Reading;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// Prints what the callers noticed of a rollout: ratios, stages, quality over time, losses.
final class RolloutSummary {
  private static final int CPU_LINES = 10;
  private static final int SLOWEST = 12;
  private static final int[] QUARTERS = {0, 25, 50, 75, 100};

  private RolloutSummary() {}

  /// @param bareCpuMillis of the candidate's encoder alone, for an image
  static void print(DrillReport report, double bareCpuMillis) {
    DrillReport.Times times = report.times();
    double p99Before = report.searchMillis(99, times.start(), times.backfill());
    double p99During = report.searchMillis(99, times.backfill(), times.ready());
    double freshBefore = report.freshMillis(50, times.start(), times.backfill());
    double freshDuring = report.freshMillis(50, times.backfill(), times.ready());
    double seconds = (times.ready() - times.backfill()) / 1e9;
    long images = report.embedded(times.ready());
    Map<String, Double> cpuMillis = backfillCpuMillis(report, images);
    double backfillCpuMillis = cpuMillis.values().stream().mapToDouble(v -> v).sum();
    System.out.printf(
        Locale.ROOT,
        "backfill of %d images in %.1f s, %.1f a second%nsearch p99          %.1f ms before, %.1f"
            + " ms during%nwrite to searchable %.1f ms before, %.1f ms during (p50)%nCPU of the"
            + " backfill %.2f ms an image, without the JIT compilers; the bare encoder %.2f ms%n",
        images,
        seconds,
        images / seconds,
        p99Before,
        p99During,
        freshBefore,
        freshDuring,
        backfillCpuMillis,
        bareCpuMillis);
    cpuMillis.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(CPU_LINES)
        .forEach(each ->
            System.out.printf(Locale.ROOT, "  %-28s %6.2f ms%n", each.getKey(), each.getValue()));
    printStages(report);
    System.out.println("slowest searches during it: " + slowest(report));
    printQuality(report);
    printSwitches(report.switches());
    System.out.println("searches " + report.readings().size() + ", writes " + report.writes());
    System.out.println("scores   " + report.verdict());
    report.findings().forEach(finding -> System.out.println("audit    " + finding));
    report.failures().stream().limit(5).forEach(f -> System.out.println("failed   " + f));
    System.out.printf(
        Locale.ROOT,
        "RESULT rollout p99_ratio=%.2f fresh_ratio=%.2f backfill_over_encoder=%.2f"
            + " images_per_s=%.1f activation_gap_ms=%.0f usual_gap_ms=%.0f failed=%d mixed=%d"
            + " unexplained=%d missing=%d resurrected=%d stale=%d map_before=%.3f map_worst=%.3f"
            + " map_after=%.3f negative_flips=%d%n",
        p99During / p99Before,
        freshDuring / freshBefore,
        bareCpuMillis / backfillCpuMillis,
        images / seconds,
        worst(report.switches(), Switch::gapMillis),
        worst(report.switches(), Switch::usualGapMillis),
        report.failures().size(),
        report.verdict().mixed(),
        report.verdict().unexplained(),
        report.findings().stream().mapToInt(finding -> finding.missing().size()).sum(),
        report.resurrected().size()
            + report.findings().stream().mapToInt(finding -> finding.resurrected().size()).sum(),
        report.findings().stream().map(Finding::stale).mapToInt(List::size).sum(),
        report.servedMap(times.start(), times.backfill()),
        worstMap(report),
        report.servedMap(times.activated(), times.rollback()),
        report.negativeFlips());
  }

  /// CPU milliseconds per image of the backfill, in excess of serving before it, by kind of work.
  private static Map<String, Double> backfillCpuMillis(DrillReport report, long images) {
    DrillReport.Times times = report.times();
    Map<String, Double> before = report.cpuMillisPerSecond(times.start(), times.backfill());
    Map<String, Double> during = report.cpuMillisPerSecond(times.backfill(), times.ready());
    double seconds = (times.ready() - times.backfill()) / 1e9;
    Map<String, Double> millis = new TreeMap<>();
    during.forEach((work, rate) ->
        millis.put(work, (rate - before.getOrDefault(work, 0.0)) * seconds / images));
    return millis;
  }

  private static void printStages(DrillReport report) {
    DrillReport.Times times = report.times();
    Map<String, Double> p50 = report.stageMillis(50, times.start(), times.backfill());
    Map<String, Double> p99 = report.stageMillis(99, times.start(), times.backfill());
    Map<String, Double> p50During = report.stageMillis(50, times.backfill(), times.ready());
    Map<String, Double> p99During = report.stageMillis(99, times.backfill(), times.ready());
    System.out.println("stages of a search, p50 and p99 before, p50 and p99 during");
    p50.keySet()
        .forEach(stage ->
            System.out.printf(
                Locale.ROOT,
                "  %-16s %6.1f %6.1f   %6.1f %6.1f ms%n",
                stage,
                p50.get(stage),
                p99.get(stage),
                p50During.getOrDefault(stage, Double.NaN),
                p99During.getOrDefault(stage, Double.NaN)));
  }

  /// The searches above the p99 are seldom spread evenly.
  private static String slowest(DrillReport report) {
    DrillReport.Times times = report.times();
    return report.answers(times.backfill(), times.ready()).stream()
        .sorted(Comparator.comparingDouble(Reading::millis).reversed())
        .limit(SLOWEST)
        .sorted(Comparator.comparingLong(Reading::dueNanos))
        .map(reading ->
            String.format(
                Locale.ROOT,
                "%.0f ms at %.1f s (%s)",
                reading.millis(),
                (reading.dueNanos() - times.backfill()) / 1e9,
                longestStages(reading.answer())))
        .collect(Collectors.joining(", "));
  }

  private static String longestStages(Answer answer) {
    return answer.stageMillis().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(2)
        .map(each -> String.format(Locale.ROOT, "%s %.0f", each.getKey(), each.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static void printSwitches(List<Switch> switches) {
    for (Switch each : switches) {
      System.out.printf(
          Locale.ROOT,
          "switch: first answer of the other model after %.0f ms; longest time without an answer"
              + " %.0f ms, %.0f ms just before%n",
          each.seenMillis(),
          each.gapMillis(),
          each.usualGapMillis());
    }
  }

  private static double worst(List<Switch> switches, ToDoubleFunction<Switch> millis) {
    return switches.stream().mapToDouble(millis).max().orElse(Double.NaN);
  }

  private static void printQuality(DrillReport report) {
    for (int percent : QUARTERS) {
      System.out.printf(
          Locale.ROOT,
          "served mAP@%d at %3d%% of the backfill  %.3f%n",
          report.plan().k(),
          percent,
          mapAround(report, percent));
    }
    System.out.printf(
        Locale.ROOT,
        "served mAP@%d after activation         %.3f%n",
        report.plan().k(),
        report.servedMap(report.times().activated(), report.times().rollback()));
  }

  private static double worstMap(DrillReport report) {
    double worst = report.servedMap(report.times().activated(), report.times().rollback());
    for (int percent : QUARTERS) {
      worst = Math.min(worst, mapAround(report, percent));
    }
    return worst;
  }

  /// Averaged over an eighth of the backfill on both sides; its beginning over the time before it.
  private static double mapAround(DrillReport report, int percent) {
    DrillReport.Times times = report.times();
    if (percent == 0) {
      return report.servedMap(times.start(), times.backfill());
    }
    long at =
        report.progress().stream()
            .filter(p -> p.nanos() >= times.backfill() && p.fraction() >= percent / 100.0)
            .mapToLong(Progress::nanos)
            .min()
            .orElse(times.ready());
    long around = (times.ready() - times.backfill()) / 8;
    return report.servedMap(at - around, Math.min(at + around, times.activated()));
  }
}
