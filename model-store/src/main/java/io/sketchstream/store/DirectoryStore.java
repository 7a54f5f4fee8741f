package io.sketchstream.store;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Models on a disk that everybody sees under the same path.
final class DirectoryStore implements ArtifactStore {
  private final Path root;

  DirectoryStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public URI keep(ModelArtifact artifact) throws IOException, BrokenModelException {
    Path place = root.resolve(artifact.sha256());
    if (!isWhole(place, artifact.sha256())) {
      Files.createDirectories(root);
      Path copy = Files.createTempDirectory(root, ".incoming-");
      try {
        for (String name : S3Store.FILES) {
          Path file = artifact.directory().resolve(name);
          if (Files.exists(file)) {
            Files.copy(file, copy.resolve(name));
          }
        }
        ModelArtifact _ = ArtifactStore.verify(copy, artifact.sha256());
        Directories.move(copy, place);
      } finally {
        Directories.delete(copy);
      }
    }
    return place.toUri();
  }

  @Override
  public ModelArtifact fetch(URI uri, String sha256) throws BrokenModelException {
    try {
      return ArtifactStore.verify(Path.of(uri), sha256);
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw new BrokenModelException(
          "'%s' names no directory of a model store: %s".formatted(uri, e.getMessage()), e);
    }
  }

  @Override
  public void close() {}

  private static boolean isWhole(Path place, String sha256) {
    if (!Files.isDirectory(place)) {
      return false;
    }
    try {
      ModelArtifact _ = ArtifactStore.verify(place, sha256);
      return true;
    } catch (BrokenModelException _) {
      return false; // A damaged copy is replaced by a good one.
    }
  }
}
