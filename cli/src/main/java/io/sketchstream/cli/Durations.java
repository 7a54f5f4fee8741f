package io.sketchstream.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/// Formats and reads durations.
final class Durations {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m|h)|0");

  private Durations() {}

  /// Reads `500ms`, `30s`, `5m`, `2h` or `0`.
  static final class Converter implements CommandLine.ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      Matcher matched = TEXT.matcher(text);
      if (!matched.matches()) {
        throw new CommandLine.TypeConversionException(
            "'%s' is not a time such as 30s or 5m".formatted(text));
      }
      if (matched.group(1) == null) {
        return Duration.ZERO;
      }
      long count = Long.parseLong(matched.group(1));
      return switch (matched.group(2)) {
        case "ms" -> Duration.ofMillis(count);
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        default -> Duration.ofHours(count);
      };
    }
  }

  static String text(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
  }
}
