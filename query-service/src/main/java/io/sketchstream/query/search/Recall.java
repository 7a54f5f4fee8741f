package io.sketchstream.query.search;

import io.sketchstream.events.Hit;
import io.sketchstream.events.Instants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/// The share of the exact nearest images that an answer has: recall@k.
final class Recall {
  /// An image that was ingested this shortly before a search may have become visible only after it.
  private static final Duration SETTLED = Duration.ofSeconds(10);

  /// Scores that differ by less are equal: which of such images is among the `k` is arbitrary.
  private static final float ROUNDING = 1e-5f;

  private Recall() {}

  /// @param answered what the search found, best first
  /// @param exact the exact nearest images, a moment later
  /// @param asked time of the search
  /// @return empty when there was nothing to find
  static OptionalDouble of(List<Hit> answered, List<Hit> exact, int k, Instant asked) {
    Set<String> found = answered.stream().map(Hit::getImageId).collect(Collectors.toSet());
    float worst =
        answered.size() < k ? Float.NEGATIVE_INFINITY : answered.getLast().getScore() + ROUNDING;
    List<Hit> wanted =
        exact.stream()
            .filter(hit -> Instants.of(hit.getIngestedAt()).isBefore(asked.minus(SETTLED)))
            .toList();
    return wanted.stream()
        .mapToInt(hit -> found.contains(hit.getImageId()) || hit.getScore() <= worst ? 1 : 0)
        .average();
  }
}
