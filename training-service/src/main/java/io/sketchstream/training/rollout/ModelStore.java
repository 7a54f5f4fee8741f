package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.store.ArtifactStore;
import io.sketchstream.store.S3Options;
import io.sketchstream.training.data.HeldOutClasses;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// The artifacts of all generations, under the SHA-256 of their identity. Kept when a generation
/// retires, unless told otherwise, for they are what can't be made again from the topics.
final class ModelStore implements AutoCloseable {
  private final ArtifactStore artifacts;

  ModelStore(ArtifactStore artifacts) {
    this.artifacts = artifacts;
  }

  /// In a directory.
  ModelStore(Path root) {
    this(ArtifactStore.open(root.toString(), S3Options.DEFAULT, root));
  }

  /// Verifies an artifact and copies it in, unless it is there already.
  ///
  /// @throws BrokenModelException when it can't be used; says why
  /// @throws IOException when the store can't be written
  StoredModel keep(Path directory) throws BrokenModelException, IOException {
    ModelArtifact artifact = ModelArtifact.load(directory);
    return new StoredModel(
        artifact.generation(),
        artifact.sha256(),
        artifacts.keep(artifact),
        artifact.network().name(),
        artifact.dimension(),
        artifact.metrics(),
        heldOut(artifact));
  }

  /// Brings the model of a generation here, verified.
  ///
  /// @throws BrokenModelException when it is missing, damaged or another one
  /// @throws IOException when the store can't be reached
  ModelArtifact fetch(ModelChanged model) throws BrokenModelException, IOException {
    try {
      return artifacts.fetch(URI.create(model.getArtifactUri()), model.getArtifactSha256());
    } catch (IllegalArgumentException e) {
      throw new BrokenModelException("'" + model.getArtifactUri() + "' is no URI", e);
    }
  }

  /// Whether the artifact of a generation is in this store's own place for it.
  boolean owns(ModelChanged model) {
    return uri(model).filter(uri -> artifacts.owns(uri, model.getArtifactSha256())).isPresent();
  }

  /// Deletes the weights of a generation; its manifest and its report stay.
  ///
  /// @throws IOException when the store can't be reached
  void deleteWeights(ModelChanged model) throws IOException {
    artifacts.deleteWeights(uri(model).orElseThrow(), model.getArtifactSha256());
  }

  /// A file beside the weights of a generation; empty when it has none.
  Optional<byte[]> file(ModelChanged model, String name) throws IOException {
    Optional<URI> uri = uri(model);
    return uri.isPresent() ? artifacts.file(uri.get(), name) : Optional.empty();
  }

  private static Optional<URI> uri(ModelChanged model) {
    try {
      return Optional.of(URI.create(model.getArtifactUri()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// The recipe is text that anyone may have written; what is no share says nothing.
  private static HeldOutClasses heldOut(ModelArtifact artifact) {
    String share =
        artifact
            .manifest()
            .map(ModelManifest::recipe)
            .map(recipe -> recipe.get(Rollout.HELD_OUT_SHARE))
            .orElse("0");
    try {
      return new HeldOutClasses(Double.parseDouble(share));
    } catch (IllegalArgumentException _) {
      return HeldOutClasses.NONE;
    }
  }

  @Override
  public void close() {
    artifacts.close();
  }
}
