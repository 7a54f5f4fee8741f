package io.sketchstream.encoder;

import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The model that ships with the product: `models/default` of the repository, packed into this jar.
public final class DefaultModel {
  private static final String RESOURCES = "/io/sketchstream/encoder/model/";

  private DefaultModel() {}

  /// The model, unpacked into a temporary directory that is removed when the JVM ends.
  ///
  /// @throws BrokenModelException when this build contains no model
  public static ModelArtifact artifact() throws BrokenModelException {
    try {
      Path directory = Files.createTempDirectory("sketchstream-model-");
      directory.toFile().deleteOnExit();
      directory.resolve(ModelArtifact.MANIFEST).toFile().deleteOnExit();
      directory.resolve(ModelArtifact.WEIGHTS).toFile().deleteOnExit();
      return unpack(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Unpacks the model into a directory, which is created if absent, and loads it from there.
  ///
  /// @throws BrokenModelException when this build contains no model
  public static ModelArtifact unpack(Path directory) throws BrokenModelException {
    try {
      Files.createDirectories(directory);
      copy(ModelArtifact.WEIGHTS, directory);
      copy(ModelArtifact.MANIFEST, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ModelArtifact.load(directory);
  }

  private static void copy(String file, Path directory) throws IOException, BrokenModelException {
    try (InputStream in = DefaultModel.class.getResourceAsStream(RESOURCES + file)) {
      if (in == null) {
        throw new BrokenModelException("this build contains no default model; configure one");
      }
      Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
