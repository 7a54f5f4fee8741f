package io.sketchstream.ingest.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/// The metadata of a file; a different stamp means different content.
///
/// @param size in bytes, -1 when there is no such file
/// @param modifiedNanos time of the last change
record Stamp(long size, long modifiedNanos) {
  static final Stamp ABSENT = new Stamp(-1, 0);

  /// The stamp of a file as it is now; [#ABSENT] when it is not a file or can't be read.
  static Stamp of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? new Stamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
          : ABSENT;
    } catch (IOException e) {
      return ABSENT;
    }
  }
}
