package io.sketchstream.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The build context of each service, with nothing but what its image is made of, as links. A
/// builder without BuildKit copies the whole context of each image, and the context of the
/// repository holds the applications of all services.
final class BuildContexts {
  private static final Path ROOT = ServerProcess.ROOT;
  private static final Path CONTEXTS = ROOT.resolve("end-to-end-tests/target/contexts");
  private static final List<String> SERVICES =
      List.of("ingest-service", "embed-service", "query-service", "training-service");
  private static final List<String> SHARED =
      List.of("jvm.options", "operations/images", "models/default");

  private BuildContexts() {}

  /// Makes them again, where `short-lived.yml` expects them.
  static void make() {
    try {
      if (Files.exists(CONTEXTS)) {
        delete(CONTEXTS);
      }
      for (String service : SERVICES) {
        Path context = CONTEXTS.resolve(service);
        for (String path : SHARED) {
          link(path, context);
        }
        link(service + "/Dockerfile", context);
        link(service + "/target/quarkus-app", context);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void link(String path, Path context) throws IOException {
    try (Stream<Path> all = Files.walk(ROOT.resolve(path))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path link = context.resolve(ROOT.relativize(file));
        Files.createDirectories(link.getParent());
        Files.createLink(link, file);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
