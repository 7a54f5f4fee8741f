package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.store.ArtifactStore;
import io.sketchstream.trainer.data.HeldOutExamples;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/// The artifacts of all generations, under the SHA-256 of their identity. They stay when a
/// generation retires, unless configured otherwise: they can't be rebuilt from the topics.
final class ModelStore implements AutoCloseable {
  private final ArtifactStore artifacts;
  private volatile Predicate<String> needed = _ -> false;

  ModelStore(ArtifactStore artifacts) {
    this.artifacts = artifacts;
  }

  /// Declares whose artifacts are needed, by generation, so that they are not deleted.
  void keepWhile(Predicate<String> generations) {
    needed = generations;
  }

  boolean isNeeded(String generation) {
    return needed.test(generation);
  }

  /// Verifies an artifact and stores a copy, unless it is there already.
  ///
  /// @throws BrokenModelException when it can't be used; says why
  /// @throws IOException when the store can't be written
  StoredModel keep(Path directory) throws BrokenModelException, IOException {
    ModelArtifact artifact = ModelArtifact.load(directory);
    return stored(artifact, artifacts.keep(artifact));
  }

  /// Like [#keep], but moves the files where that saves writing them again.
  StoredModel take(Path directory) throws BrokenModelException, IOException {
    ModelArtifact artifact = ModelArtifact.load(directory);
    return stored(artifact, artifacts.take(artifact));
  }

  private static StoredModel stored(ModelArtifact artifact, URI uri) {
    return new StoredModel(
        artifact.generation(),
        artifact.sha256(),
        uri,
        artifact.network().name(),
        artifact.dimension(),
        artifact.metrics(),
        heldOut(artifact));
  }

  /// Fetches and verifies the model of a generation.
  ///
  /// @throws BrokenModelException when it is missing, damaged or another one
  /// @throws IOException when the store can't be reached
  ModelArtifact fetch(ModelChanged model) throws BrokenModelException, IOException {
    try {
      return artifacts.fetch(URI.create(model.getArtifactUri()), model.getArtifactSha256());
    } catch (IllegalArgumentException e) {
      throw new BrokenModelException("'" + model.getArtifactUri() + "' is not a URI", e);
    }
  }

  /// Whether the artifact of a generation is where this store puts it.
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

  /// Anyone may have written the recipe; an invalid share is ignored.
  private static HeldOutExamples heldOut(ModelArtifact artifact) {
    String share =
        artifact
            .manifest()
            .map(ModelManifest::recipe)
            .map(recipe -> recipe.get(Rollout.HELD_OUT_SHARE))
            .orElse("0");
    try {
      return new HeldOutExamples(Double.parseDouble(share));
    } catch (IllegalArgumentException _) {
      return HeldOutExamples.NONE;
    }
  }

  @Override
  public void close() {
    artifacts.close();
  }
}
