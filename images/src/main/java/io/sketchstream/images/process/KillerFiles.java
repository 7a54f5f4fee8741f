package io.sketchstream.images.process;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The SHA-256 of files that crashed a decoder process, so that none is retried forever. Bounded:
/// the oldest is evicted.
///
/// **Threads:** any.
final class KillerFiles {
  private static final int FILES_MAX = 10_000;

  private final Map<String, String> reasons = new LinkedHashMap<>();
  private final Map<String, Integer> starved = new LinkedHashMap<>();

  synchronized void add(String hash, String reason) {
    reasons.put(hash, reason);
    if (reasons.size() > FILES_MAX) {
      reasons.remove(reasons.keySet().iterator().next());
    }
  }

  /// Counts that a file got too little processor time.
  ///
  /// @return how often that happened to it
  synchronized int starved(String hash) {
    int times = starved.merge(hash, 1, Integer::sum);
    if (starved.size() > FILES_MAX) {
      starved.remove(starved.keySet().iterator().next());
    }
    return times;
  }

  synchronized Optional<String> reason(String hash) {
    return Optional.ofNullable(reasons.get(hash));
  }
}
