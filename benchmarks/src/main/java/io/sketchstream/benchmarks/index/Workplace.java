package io.sketchstream.benchmarks.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A directory for the files of one measurement, deleted with everything in it by [#close].
record Workplace(Path directory) implements AutoCloseable {
  static Workplace create(String name) throws IOException {
    return new Workplace(Files.createTempDirectory("sketchstream-" + name + "-"));
  }

  Path resolve(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
