package io.sketchstream.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The latest position of each partition among the writes of a command. **Threads:** any.
final class LogPositions {
  private final Map<Integer, Long> offsets = new TreeMap<>();

  /// @param token positions as `partition:offset`, joined by commas; others are ignored
  synchronized void add(String token) {
    for (String position : token.split(",")) {
      String[] parts = position.split(":");
      if (parts.length == 2 && parts[0].matches("\\d{1,9}") && parts[1].matches("\\d{1,18}")) {
        offsets.merge(Integer.valueOf(parts[0]), Long.valueOf(parts[1]), Math::max);
      }
    }
  }

  /// Tokens for a search that must see every one of the writes; empty when there were none.
  synchronized String token() {
    return offsets.entrySet().stream()
        .map(entry -> entry.getKey() + ":" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
