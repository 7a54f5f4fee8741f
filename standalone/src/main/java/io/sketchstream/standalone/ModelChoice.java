package io.sketchstream.standalone;

import io.sketchstream.encoder.BrokenModelException;
import io.sketchstream.encoder.ModelArtifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which model to serve.
///
/// @param directory of the artifact; empty for the model that comes with Sketchstream
record ModelChoice(Optional<Path> directory) {

  /// @param wanted a directory, or the name of a model in the home
  /// @throws RefusedStartException when there is no such model, or it is broken
  static ModelChoice of(Optional<String> wanted, Home home) throws RefusedStartException {
    if (wanted.isEmpty()) {
      return new ModelChoice(Optional.empty());
    }
    Path directory = Path.of(wanted.get()).toAbsolutePath().normalize();
    Path stored = home.resolve("models").resolve(wanted.get());
    if (!Files.isDirectory(directory) && Files.isDirectory(stored)) {
      directory = stored;
    }
    if (!Files.isDirectory(directory)) {
      throw new RefusedStartException(
          "model '" + wanted.get() + "' is neither a directory nor a model in " + home);
    }
    try {
      ModelArtifact.load(directory);
    } catch (BrokenModelException e) {
      throw new RefusedStartException(
          "model '" + wanted.get() + "' can't be used: " + e.getMessage(), e);
    }
    return new ModelChoice(Optional.of(directory));
  }
}
