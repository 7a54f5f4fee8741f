package io.sketchstream.events;

import java.util.Collection;
import java.util.stream.Collectors;

/// Writes conditions of `SearchRequest.filter`.
public final class Filters {
  private Filters() {}

  /// The condition that an attribute has one of these values, whatever characters they contain.
  ///
  /// @param attribute `id`, `gallery`, or another name that filters know
  /// @param values at least one
  public static String in(String attribute, Collection<String> values) {
    return values.stream()
        .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(", ", attribute + " in (", ")"));
  }
}
