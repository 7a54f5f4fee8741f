package io.sketchstream.ingest.gallery;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryAgeTest {
  private static final Duration MAX = Duration.ofDays(15);

  @TempDir private Path directory;
  private Instant now = Instant.parse("2026-05-01T12:00:00Z");

  @Test
  void isTooOldAfterALongTime() {
    DirectoryAge age = new DirectoryAge(directory, MAX, () -> now);
    assertFalse(age.isTooOld());
    age.renew();
    assertFalse(age.isDue());
    now = now.plus(MAX);
    assertTrue(age.isDue());
    assertFalse(age.isTooOld());
    now = now.plusSeconds(1);
    assertTrue(age.isTooOld());
  }

  /// Its clock was ahead when it was last up to date: nobody knows how long ago that was.
  @Test
  void isTooOldWithATimeInTheFuture() {
    DirectoryAge age = new DirectoryAge(directory, MAX, () -> now);
    age.renew();
    now = now.minus(Duration.ofDays(100));
    assertTrue(age.isTooOld());
    age.renew();
    assertFalse(age.isTooOld());
    now = now.minusSeconds(60); // As clocks of machines differ.
    assertFalse(age.isTooOld());
  }
}
