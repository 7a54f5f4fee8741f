package io.sketchstream.shell.parameters;

import io.sketchstream.shell.problem.ProblemException;
import java.util.Locale;
import java.util.Objects;

/// A URL parameter that is true or false. Jakarta would take anything but `true` for false.
public final class YesOrNo {
  private YesOrNo() {}

  /// @param given by the caller; null or blank: false
  /// @throws ProblemException naming the parameter
  public static boolean of(String name, String given) {
    String text = Objects.requireNonNullElse(given, "").strip();
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "false" -> false;
      case "true" -> true;
      default ->
          throw new ProblemException(
              400, "%s is '%.100s', not true or false".formatted(name, text));
    };
  }
}
