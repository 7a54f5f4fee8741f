package io.sketchstream.ingest.gallery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// When the directory on disk was last known to be up to date with its topic: the timestamp of a
/// file beside it. A directory that is too old may have missed tombstones that Kafka has dropped
/// since, and would keep removed images forever.
///
/// **Threads:** the keeper's.
final class DirectoryAge {
  private static final String FILE = "caught-up";

  /// How often the time is written.
  private static final Duration STEP = Duration.ofMinutes(1);

  /// Clocks of machines may differ by this much.
  private static final Duration FUTURE_MAX = Duration.ofMinutes(10);

  private final Path file;
  private final Duration max;
  private final InstantSource clock;

  /// @param directory of the state
  /// @param max age at which it is too old
  DirectoryAge(Path directory, Duration max, InstantSource clock) {
    this.file = directory.resolve(FILE);
    this.max = max;
    this.clock = clock;
  }

  /// Whether it must be rebuilt. The age of one without a timestamp counts from now. A timestamp in
  /// the future says nothing: the clock was wrong then, or is now.
  boolean isTooOld() {
    return Files.exists(file) && (since().plus(max).isBefore(clock.instant()) || isOfTheFuture());
  }

  /// Whether the next check of whether the directory has caught up is due, for one that is not too
  /// old.
  boolean isDue() {
    return !Files.exists(file) || since().plus(STEP).isBefore(clock.instant());
  }

  private boolean isOfTheFuture() {
    return since().isAfter(clock.instant().plus(FUTURE_MAX));
  }

  /// It has caught up.
  void renew() {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Instant since() {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
