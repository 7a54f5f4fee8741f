package io.sketchstream.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The files of this repository.
final class Repository {
  static final Path ROOT = Path.of(System.getProperty("project.root", "..")).toAbsolutePath();
  static final List<String> SERVICES = List.of("ingest", "embed", "query", "training");

  private Repository() {}

  static String read(String path) {
    try {
      return Files.readString(ROOT.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All files below a directory with this suffix, sorted.
  static List<Path> files(String directory, String ending) {
    try (Stream<Path> files = Files.walk(ROOT.resolve(directory))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
