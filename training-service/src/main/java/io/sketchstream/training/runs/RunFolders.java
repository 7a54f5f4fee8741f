package io.sketchstream.training.runs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The folders of runs in the training home. A run that has ended keeps its small files: settings,
/// the list of its examples, log and curves.
final class RunFolders {
  private static final int KEPT = 20;

  private final Path home;

  RunFolders(Path home) {
    this.home = home;
  }

  /// Whether there is a folder of this run.
  boolean has(String runId) {
    return Files.isDirectory(home.resolve(runId));
  }

  /// Deletes the pictures and weights of a run that has ended, and the oldest runs entirely.
  ///
  /// @param isUnderWay whether a run is not to be deleted, by its id
  void tidy(String runId, Predicate<String> isUnderWay) throws IOException {
    Path folder = home.resolve(runId);
    if (Files.isDirectory(folder)) {
      delete(folder.resolve("data").resolve("photos"));
      delete(folder.resolve("data").resolve("sketches"));
      delete(folder.resolve("data").resolve("gallery"));
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
          Files.delete(file);
        }
      }
    }
    try (Stream<Path> folders = Files.list(home)) {
      List<Path> runs =
          folders
              .filter(f -> f.getFileName().toString().startsWith("run-"))
              .sorted(Comparator.reverseOrder())
              .toList();
      for (Path old : runs.subList(Math.min(KEPT, runs.size()), runs.size())) {
        if (!isUnderWay.test(old.getFileName().toString())) {
          delete(old);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
