package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.DrillReport.Switch;
import io.sketchstream.benchmarks.rollout.SketchReader.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Switches between two generations repeatedly under so many searches that a gap between two
/// answers shows.
final class SwitchSeries {
  private static final double SEARCHES_PER_SECOND = 40;
  private static final Duration SEEN_MAX = Duration.ofSeconds(30);
  private static final Duration BETWEEN = Duration.ofMillis(1500);

  /// The window of a switch: this long before the command and after the first answer of the other
  /// generation.
  private static final Duration MARGIN = Duration.ofMillis(300);

  private static final Duration POLL = Duration.ofMillis(5);

  private final RolloutApi api;
  private final Ledger ledger;
  private final DrillPlan plan;

  SwitchSeries(RolloutApi api, Ledger ledger, DrillPlan plan) {
    this.api = api;
    this.ledger = ledger;
    this.plan = plan;
  }

  /// @param active answers now
  /// @param standby is kept for a rollback
  List<Switch> run(String active, String standby) throws IOException, InterruptedException {
    record Moment(long asked, long seen) {}
    List<Moment> moments = new ArrayList<>();
    List<Reading> readings;
    try (SketchReader reader =
        new SketchReader(api, ledger, plan.queries(), plan.k(), SEARCHES_PER_SECOND)) {
      String next = standby;
      for (int i = 0; i < plan.switches(); i++) {
        Thread.sleep(BETWEEN);
        long asked = System.nanoTime();
        api.command("/rollback");
        moments.add(new Moment(asked, seen(reader, next, asked)));
        next = next.equals(standby) ? active : standby;
      }
      Thread.sleep(MARGIN);
      readings = reader.readings();
    }
    long margin = MARGIN.toNanos();
    return moments.stream()
        .map(moment -> {
          long from = moment.asked() - margin;
          long length = moment.seen() + margin - from;
          return new Switch(
              longestGap(readings, from, from + length),
              longestGap(readings, from - length, from),
              (moment.seen() - moment.asked()) / 1e6);
        })
        .toList();
  }

  /// When the first answer of a generation to a search that came after the command was there.
  private static long seen(SketchReader reader, String generation, long asked)
      throws InterruptedException {
    long deadline = asked + SEEN_MAX.toNanos();
    while (System.nanoTime() - deadline < 0) {
      List<Reading> readings = reader.readings();
      for (Reading reading : readings) {
        if (reading.doneNanos() - asked > 0 && reading.answer().generation().equals(generation)) {
          return reading.doneNanos();
        }
      }
      Thread.sleep(POLL);
    }
    throw new IllegalStateException("no answer of generation " + generation);
  }

  private static double longestGap(List<Reading> readings, long from, long to) {
    long[] done =
        readings.stream()
            .filter(reading -> reading.answer().ok())
            .mapToLong(Reading::doneNanos)
            .filter(nanos -> nanos - from >= 0 && nanos - to <= 0)
            .sorted()
            .toArray();
    if (done.length == 0) {
      return (to - from) / 1e6;
    }
    long longest = Math.max(done[0] - from, to - done[done.length - 1]);
    for (int i = 1; i < done.length; i++) {
      longest = Math.max(longest, done[i] - done[i - 1]);
    }
    return longest / 1e6;
  }
}
