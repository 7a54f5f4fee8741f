package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/// The artifacts of all generations on disk, each in a directory named after the SHA-256 of its
/// weights. Written once, whole or not at all, and never changed; kept when a generation retires,
/// for they are what can't be made again from the topics.
final class ModelStore {
  private static final List<String> FILES =
      List.of(ModelArtifact.WEIGHTS, "reference.json", ModelArtifact.MANIFEST);

  private final Path root;

  ModelStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /// Verifies an artifact and copies it in, unless it is there already.
  ///
  /// @throws BrokenModelException when it can't be used; says why
  /// @throws IOException when the store can't be written
  StoredModel keep(Path directory) throws BrokenModelException, IOException {
    ModelArtifact artifact = ModelArtifact.load(directory);
    Path place = root.resolve(artifact.sha256());
    if (!isWhole(place, artifact)) {
      Files.createDirectories(root);
      Path copy = Files.createTempDirectory(root, ".incoming-");
      try {
        for (String name : FILES) {
          if (Files.exists(directory.resolve(name))) {
            Files.copy(directory.resolve(name), copy.resolve(name));
          }
        }
        if (!isWhole(copy, artifact)) {
          throw new BrokenModelException(directory + " changed while it was copied");
        }
        move(copy, place);
      } finally {
        delete(copy);
      }
    }
    return new StoredModel(
        artifact.generation(),
        artifact.sha256(),
        place.toUri(),
        artifact.network().name(),
        artifact.dimension(),
        artifact.metrics());
  }

  private static boolean isWhole(Path place, ModelArtifact artifact) {
    if (!Files.isDirectory(place)) {
      return false;
    }
    try {
      return ModelArtifact.load(place).sha256().equals(artifact.sha256());
    } catch (BrokenModelException _) {
      return false; // A damaged copy is replaced by a good one.
    }
  }

  private static void move(Path copy, Path place) throws IOException {
    try {
      Files.move(copy, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException _) {
      delete(place);
      Files.move(copy, place, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }
}
