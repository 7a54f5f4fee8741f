package io.sketchstream.store;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Stores model artifacts, each under the SHA-256 of its identity.
///
/// **Threads:** any.
public interface ArtifactStore extends AutoCloseable {
  /// Stores a copy of a model, whole or not at all, unless it is there already; a damaged copy is
  /// replaced.
  ///
  /// @return where it is, for [#fetch]
  /// @throws IOException when the store can't be written
  URI keep(ModelArtifact artifact) throws IOException, BrokenModelException;

  /// Like [#keep], but moves the files of the model where that saves writing them again: they may
  /// be gone from its directory.
  URI take(ModelArtifact artifact) throws IOException, BrokenModelException;

  /// Makes a stored model available locally and verifies it.
  ///
  /// @param sha256 of its identity when it was stored
  /// @throws BrokenModelException when it is missing, damaged or another model; says which
  /// @throws IOException when the store can't be reached; trying again may help
  ModelArtifact fetch(URI uri, String sha256) throws IOException, BrokenModelException;

  /// Whether this is the location that this store gives a model, whether or not it is there.
  boolean owns(URI uri, String sha256);

  /// Deletes the weights of a model, if they are there; other files, such as its report, stay.
  /// [#fetch] finds no model then; [#keep] puts it back.
  ///
  /// @throws IllegalArgumentException when the location is not of this store
  /// @throws IOException when the store can't be written
  void deleteWeights(URI uri, String sha256) throws IOException;

  /// Deletes the local copy that [#fetch] made of a model, if there is one.
  ///
  /// @throws IOException when it can't be deleted
  void forgetCopy(String sha256) throws IOException;

  /// A small file of a model, such as its report; empty when there is none.
  ///
  /// @param name of the file, without a folder
  /// @throws IOException when the store can't be reached
  Optional<byte[]> file(URI uri, String name) throws IOException;

  @Override
  void close();

  /// Opens the store at a location.
  ///
  /// @param location a path, a `file:` URI, or `s3://bucket/prefix`
  /// @param cache directory for copies of remote models
  /// @throws IllegalArgumentException when the location is none of these
  static ArtifactStore open(String location, S3Options s3, Path cache) {
    return location.startsWith(S3Folder.SCHEME)
        ? new S3Store(location, s3, cache)
        : new DirectoryStore(
            location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location));
  }

  /// Whether this is a SHA-256, as models are named, and so can't point outside of the store.
  static boolean isName(String sha256) {
    return sha256.matches("[0-9a-f]{64}");
  }

  /// Verifies the model in a directory.
  ///
  /// @throws BrokenModelException when it is damaged, or another model
  static ModelArtifact verify(Path directory, String sha256) throws BrokenModelException {
    ModelArtifact artifact = ModelArtifact.load(directory);
    if (!artifact.sha256().equals(sha256)) {
      throw new BrokenModelException(
          "%s holds the model %s, not %s".formatted(directory, artifact.sha256(), sha256));
    }
    return artifact;
  }
}
