package io.sketchstream.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Counts what was done, what was wrong, and how long nothing went.
///
/// **Threads:** any.
final class FaultTally {
  /// What can be wrong.
  private static final List<String> KINDS =
      List.of("lost", "doubled", "resurrected", "stale", "mixed", "unanswered", "stuck", "refused");

  private static final int EXAMPLES_MAX = 20;

  private final Map<String, Integer> violations = new TreeMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private final Map<String, Double> longestSeconds = new TreeMap<>();
  private final List<String> examples = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private String fault = "none";
  private int writes;
  private int searches;
  private int refusals;
  private long lastWriteNanos;
  private long lastSearchNanos;

  FaultTally() {
    KINDS.forEach(kind -> violations.put(kind, 0));
  }

  synchronized void began(String kind) {
    fault = kind;
    faults.merge(kind, 1, Integer::sum);
  }

  synchronized void wrote() {
    writes++;
    lastWriteNanos = gap("writes", lastWriteNanos);
  }

  synchronized void searched() {
    searches++;
    lastSearchNanos = gap("searches", lastSearchNanos);
  }

  private long gap(String what, long sinceNanos) {
    long now = System.nanoTime();
    if (sinceNanos == 0) {
      return now; // Until the first one all is starting.
    }
    longestSeconds.merge(fault + " " + what, (now - sinceNanos) / 1e9, Math::max);
    return now;
  }

  /// A search was answered with an error of a kind that faults may cause.
  synchronized void refused() {
    refusals++;
  }

  /// @param kind one of those that are counted
  synchronized void violation(String kind, String example) {
    violations.merge(kind, 1, Integer::sum);
    note(kind + ": " + example);
  }

  private void note(String example) {
    if (examples.size() < EXAMPLES_MAX) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
      examples.add("at " + seconds + " s, last fault " + fault + ", " + example);
    }
  }

  synchronized boolean isClean() {
    return violations.values().stream().allMatch(count -> count == 0);
  }

  synchronized int writes() {
    return writes;
  }

  synchronized int searches() {
    return searches;
  }

  @Override
  public synchronized String toString() {
    StringBuilder text = new StringBuilder();
    text.append("faults ").append(faults);
    text.append(", writes acknowledged ").append(writes);
    text.append(", searches answered ").append(searches);
    text.append(", refused ").append(refusals);
    text.append(", violations ").append(violations);
    text.append("\nlongest time without, in seconds, by the last fault: ");
    longestSeconds.forEach((what, seconds) -> text.append("%s %.1f; ".formatted(what, seconds)));
    examples.forEach(example -> text.append("\nVIOLATION ").append(example));
    return text.toString();
  }
}
