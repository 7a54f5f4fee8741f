package io.sketchstream.ingest.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/// The metadata of a file; a different stamp means different content.
///
/// @param size in bytes, -1 when there is no such file, or nobody knows
/// @param modifiedNanos time of the last change
record Stamp(long size, long modifiedNanos) {
  static final Stamp ABSENT = new Stamp(-1, 0);

  /// Of what the disk does not tell: nobody knows whether there is a file.
  static final Stamp UNKNOWN = new Stamp(-1, 1);

  /// The stamp of a file as it is now; [#ABSENT] when there is none.
  static Stamp of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? new Stamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
          : ABSENT;
    } catch (NoSuchFileException e) {
      return ABSENT;
    } catch (IOException e) {
      return isBelowAFile(file) ? ABSENT : UNKNOWN;
    }
  }

  private static boolean isBelowAFile(Path file) {
    Path above = file.getParent();
    while (above != null && !Files.isRegularFile(above)) {
      above = above.getParent();
    }
    return above != null;
  }
}
