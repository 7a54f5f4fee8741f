package io.sketchstream.standalone;

import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which model to serve.
///
/// @param directory of the artifact, which was loaded and verified
/// @param shipped whether it ships with Sketchstream; it then replaces no model that was trained
///   here
record ModelChoice(Path directory, boolean shipped) {

  /// @param wanted a directory, or the name of a model in the home; empty for the model that ships
  ///   with Sketchstream
  /// @throws RefusedStartException when there is no such model, or it is broken
  static ModelChoice of(Optional<String> wanted, Home home) throws RefusedStartException {
    try {
      return wanted.isEmpty()
          ? new ModelChoice(DefaultModel.unpack(home.resolve("default-model")).directory(), true)
          : new ModelChoice(ModelArtifact.load(find(wanted.get(), home)).directory(), false);
    } catch (BrokenModelException e) {
      throw new RefusedStartException(
          wanted.map(name -> "model '" + name + "' can't be used: ").orElse("no model to serve: ")
              + e.getMessage(),
          e);
    }
  }

  private static Path find(String wanted, Home home) throws RefusedStartException {
    Path directory = Path.of(wanted).toAbsolutePath().normalize();
    if (Files.isDirectory(directory)) {
      return directory;
    }
    Path stored = home.resolve("models").resolve(wanted);
    if (Files.isDirectory(stored)) {
      return stored;
    }
    throw new RefusedStartException(
        "model '" + wanted + "' is neither a directory nor a model in " + home);
  }
}
