package io.sketchstream.training.labels;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Checks that a run leaves enough of the disk free for everything else on it.
public final class DiskSpace {
  private DiskSpace() {}

  /// @throws FileSystemException when less is free
  public static void require(Path directory, long freeMin) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < freeMin) {
      throw new FileSystemException(
          directory.toString(),
          null,
          "the disk is full: %,d MB are free, training.dataset.disk-free-min is %,d MB"
              .formatted(free >> 20, freeMin >> 20));
    }
  }
}
