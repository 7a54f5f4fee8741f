package io.sketchstream.training.runs;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ids of runs, which sort by their start: `run-20260301-120000-4f2a`.
final class RunId {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT)
          .withZone(ZoneOffset.UTC)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final Pattern FORMAT = Pattern.compile("run-([0-9]{8}-[0-9]{6})-[0-9a-f]{4}");

  private RunId() {}

  /// Whether this is the id of a run, and so a safe name of its folder.
  static boolean isValid(String id) {
    Matcher parts = FORMAT.matcher(id);
    return parts.matches() && isTime(parts.group(1));
  }

  private static boolean isTime(String text) {
    try {
      TIME.parse(text);
      return true;
    } catch (DateTimeParseException _) {
      return false;
    }
  }

  static String next(InstantSource clock) {
    return String.format(
        Locale.ROOT,
        "run-%s-%04x",
        TIME.format(clock.instant()),
        ThreadLocalRandom.current().nextInt(1 << 16));
  }
}
