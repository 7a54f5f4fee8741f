package io.sketchstream.store;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.CopyOption;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Models on a disk that every service sees under the same path.
final class DirectoryStore implements ArtifactStore {
  private final Path root;

  DirectoryStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public URI keep(ModelArtifact artifact) throws IOException, BrokenModelException {
    return store(artifact, Files::copy);
  }

  @Override
  public URI take(ModelArtifact artifact) throws IOException, BrokenModelException {
    return store(artifact, Files::move);
  }

  /// How a file gets into the store.
  private interface Transfer {
    Path apply(Path from, Path to, CopyOption... options) throws IOException;
  }

  private URI store(ModelArtifact artifact, Transfer transfer)
      throws IOException, BrokenModelException {
    Path place = root.resolve(artifact.sha256());
    if (!isWhole(place, artifact.sha256())) {
      Files.createDirectories(root);
      Path copy = Files.createTempDirectory(root, ".incoming-");
      try {
        for (String name : S3Store.FILES) {
          Path file = artifact.directory().resolve(name);
          if (Files.exists(file)) {
            Path _ = transfer.apply(file, copy.resolve(name));
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
          "'%s' is not a directory of a model store: %s".formatted(uri, e.getMessage()), e);
    }
  }

  @Override
  public boolean owns(URI uri, String sha256) {
    try {
      return ArtifactStore.isName(sha256) && Path.of(uri).equals(root.resolve(sha256));
    } catch (IllegalArgumentException | FileSystemNotFoundException _) {
      return false;
    }
  }

  @Override
  public void deleteWeights(URI uri, String sha256) throws IOException {
    if (!owns(uri, sha256)) {
      throw new IllegalArgumentException(uri + " is not in this store");
    }
    Files.deleteIfExists(root.resolve(sha256).resolve(ModelArtifact.WEIGHTS));
  }

  @Override
  public void forgetCopy(String sha256) {} // Models are read in place.

  @Override
  public Optional<byte[]> file(URI uri, String name) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(Path.of(uri).resolve(name)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw new IOException("'%s' is not a directory of a model store".formatted(uri), e);
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
      return false; // A damaged copy is replaced.
    }
  }
}
