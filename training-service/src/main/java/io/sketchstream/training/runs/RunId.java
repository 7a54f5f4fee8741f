package io.sketchstream.training.runs;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/// Names of runs, in the order of their beginning: `run-20260301-120000-4f2a`.
final class RunId {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private RunId() {}

  static String next(InstantSource clock) {
    return "run-%s-%04x"
        .formatted(TIME.format(clock.instant()), ThreadLocalRandom.current().nextInt(1 << 16));
  }
}
