package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// The files of an index, as a crash leaves them.
public final class StateFiles {
  private StateFiles() {}

  /// Copies a directory in use. Where Lucene deletes files meanwhile, the copy is made again.
  public static void copy(Path from, Path to) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        copyOnce(from, to);
        return;
      } catch (NoSuchFileException | UncheckedIOException e) {
        assertTrue(attempt < 100, "no complete copy: " + e);
        delete(to);
      }
    }
  }

  private static void copyOnce(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /// Deletes a directory and all that is in it, if it is there.
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
