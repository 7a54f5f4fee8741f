package io.sketchstream.benchmarks.measure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `--name value` pairs of a benchmark.
public final class Options {
  private final Map<String, String> values = new HashMap<>();

  /// @throws IllegalArgumentException naming an option that the benchmark does not have
  public Options(List<String> arguments, Set<String> known) {
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i).replaceFirst("^--", "");
      if (!known.contains(name) || i + 1 == arguments.size()) {
        throw new IllegalArgumentException(
            "'"
                + arguments.get(i)
                + "' is not an option with a value; known: --"
                + String.join(", --", known.stream().sorted().toList()));
      }
      values.put(name, arguments.get(i + 1));
    }
  }

  public int integer(String name, int byDefault) {
    return values.containsKey(name) ? Integer.parseInt(values.get(name)) : byDefault;
  }

  public String text(String name, String byDefault) {
    return values.getOrDefault(name, byDefault);
  }
}
