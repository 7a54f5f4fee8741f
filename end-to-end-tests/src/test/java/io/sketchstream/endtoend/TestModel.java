package io.sketchstream.endtoend;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// The model that the processes under test serve: the one that comes with the project.
final class TestModel {
  private TestModel() {}

  static Path directory() {
    Optional<Path> directory =
        Optional.of(ServerProcess.ROOT.resolve("models/default"))
            .filter(Files::isDirectory)
            .or(() ->
                Optional.of(ServerProcess.ROOT.resolve("../shared/data/weights/mobilenet_v2"))
                    .filter(Files::isDirectory));
    Assumptions.assumeTrue(directory.isPresent(), "there is no model to serve");
    return directory.get().toAbsolutePath().normalize();
  }
}
