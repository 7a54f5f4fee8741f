package io.sketchstream.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Sha256;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.score.Hubness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/// A model on disk: a directory with `manifest.json` and `model.safetensors`. Data, never code.
/// Loaded means verified: the hash, every name, every shape, every number. Immutable.
///
/// A directory with `model.safetensors` and `reference.json` instead of a manifest, the form of
/// published trunks, loads as well: its embedding is the trunk's features.
public final class ModelArtifact {
  /// The name of the manifest in a model's directory.
  public static final String MANIFEST = "manifest.json";

  /// The name of the weights in a model's directory.
  public static final String WEIGHTS = "model.safetensors";

  /// The input size of a bare trunk. It costs a quarter less than the 224 pixels of its
  /// pre-training.
  static final int BARE_INPUT_SIZE = 192;

  /// What the weights file holds, checked, and its SHA-256.
  private record Content(
      Weights weights, Hubness hubness, Optional<KnowledgeHead> knowledge, String sha256) {
    static Content read(Path file, Network network, String sha256) throws BrokenModelException {
      Weights stored = network.read(file);
      Weights trunk = trunk(network, stored);
      return new Content(trunk, hubness(network, stored), KnowledgeHead.of(stored), sha256);
    }

    /// The weights without the bank and the knowledge, which are not part of the network.
    static Weights trunk(Network network, Weights stored) throws BrokenModelException {
      Weights weights = KnowledgeHead.without(stored.without(SketchBank.TENSOR));
      network.check(weights);
      KnowledgeHead.check(stored, network.dimensionWith(weights));
      return weights;
    }

    static Hubness hubness(Network network, Weights stored) throws BrokenModelException {
      return SketchBank.hubness(stored, network.dimensionWith(stored));
    }
  }

  private final Path directory;
  private final Optional<ModelManifest> manifest;
  private final Network network;
  private final Content content;
  private final ModelInput input;

  private ModelArtifact(
      Path directory,
      Optional<ModelManifest> manifest,
      Network network,
      Content content,
      ModelInput input) {
    this.directory = directory;
    this.manifest = manifest;
    this.network = network;
    this.content = content;
    this.input = input;
  }

  /// Loads and verifies a model.
  ///
  /// @throws BrokenModelException naming what is missing, damaged or unknown
  public static ModelArtifact load(Path directory) throws BrokenModelException {
    if (!Files.isDirectory(directory)) {
      throw new BrokenModelException("there is no model directory " + directory);
    }
    return Files.exists(directory.resolve(MANIFEST)) ? loadModel(directory) : loadBare(directory);
  }

  private static ModelArtifact loadModel(Path directory) throws BrokenModelException {
    Path file = directory.resolve(MANIFEST);
    ModelManifest manifest = ArtifactFiles.read(file, ModelManifest.class);
    Network network = ManifestCheck.check(file, manifest);
    Path weightsFile = directory.resolve(WEIGHTS);
    String sha256 = ArtifactFiles.sha256(weightsFile);
    if (!sha256.equals(manifest.weightsSha256())) {
      throw new BrokenModelException(
          "%s was changed: its SHA-256 is %s, the manifest says %s"
              .formatted(weightsFile, sha256, manifest.weightsSha256()));
    }
    Content content = Content.read(weightsFile, network, sha256);
    int dimension = network.dimensionWith(content.weights());
    if (dimension != manifest.embeddingDimension()) {
      throw new BrokenModelException(
          "%s says %d dimensions, the weights have %d"
              .formatted(file, manifest.embeddingDimension(), dimension));
    }
    ModelInput input = ManifestCheck.input(manifest.preprocessing());
    return new ModelArtifact(directory, Optional.of(manifest), network, content, input);
  }

  private static ModelArtifact loadBare(Path directory) throws BrokenModelException {
    Path reference = directory.resolve("reference.json");
    if (!Files.exists(reference)) {
      throw new BrokenModelException("there is no file " + directory.resolve(MANIFEST));
    }
    Network network =
        ManifestCheck.encoder(
            ArtifactFiles.read(reference, JsonNode.class).path("network").asText());
    Path weightsFile = directory.resolve(WEIGHTS);
    Content content = Content.read(weightsFile, network, ArtifactFiles.sha256(weightsFile));
    ModelInput input = ModelInput.ofSize(BARE_INPUT_SIZE);
    return new ModelArtifact(directory, Optional.empty(), network, content, input);
  }

  /// Writes a model to a directory, which is created if absent, and loads it back: the result holds
  /// the numbers as stored. The manifest is written last.
  ///
  /// @param weights of the network, with its embedding and, optionally, the sketch bank under
  ///   [SketchBank#TENSOR] and a [KnowledgeHead]
  /// @param input what pictures are scaled to
  /// @param storage FP16 halves the file and rounds the numbers
  /// @throws BrokenModelException when the weights do not fit the network, or the bank or the
  ///   knowledge the weights
  public static ModelArtifact write(
      Path directory,
      Network network,
      Weights weights,
      Weights.Storage storage,
      ModelInput input,
      ModelManifest.Origin origin)
      throws IOException, BrokenModelException {
    int dimension = network.dimensionWith(Content.trunk(network, weights));
    SketchBank.hubness(weights, dimension);
    Path manifestFile = directory.resolve(MANIFEST);
    ManifestCheck.inputSize(manifestFile, input.size());
    Files.createDirectories(directory);
    Files.deleteIfExists(manifestFile);
    weights.write(directory.resolve(WEIGHTS), storage);
    ModelManifest manifest =
        new ModelManifest(
            ModelManifest.FORMAT_VERSION,
            network.name(),
            dimension,
            ManifestCheck.pixels(network, input),
            ArtifactFiles.sha256(directory.resolve(WEIGHTS)),
            origin.seed(),
            origin.dataFingerprint(),
            origin.metrics(),
            origin.recipe(),
            origin.command(),
            Optional.empty());
    ArtifactFiles.write(manifestFile, manifest);
    return load(directory);
  }

  /// Stores a calibration in the manifest of this model, atomically. The generation stays the same.
  ///
  /// @return the calibrated model
  /// @throws IllegalStateException when this is a bare trunk
  /// @throws BrokenModelException when the calibration is of another network
  public ModelArtifact calibrated(Int8Calibration calibration)
      throws IOException, BrokenModelException {
    return rewritten(requireManifest().with(calibration));
  }

  /// Replaces what the manifest says about where the model came from; the weights are not written
  /// again. The generation stays the same.
  ///
  /// @return the model as it is now
  /// @throws IllegalStateException when this is a bare trunk
  public ModelArtifact described(ModelManifest.Origin origin)
      throws IOException, BrokenModelException {
    return rewritten(requireManifest().with(origin));
  }

  private ModelManifest requireManifest() {
    return manifest.orElseThrow(() -> new IllegalStateException(directory + " has no manifest"));
  }

  private ModelArtifact rewritten(ModelManifest changed) throws IOException, BrokenModelException {
    Path file = directory.resolve(MANIFEST);
    Network _ = ManifestCheck.check(file, changed);
    Path written = directory.resolve(MANIFEST + ".new");
    ArtifactFiles.write(written, changed);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    return load(directory);
  }

  /// The generation of this model, the same on every machine.
  public Generation generation() {
    return Generation.ofArtifact(sha256());
  }

  /// Dimensions of the embeddings.
  public int dimension() {
    return network.dimensionWith(content.weights());
  }

  public Network network() {
    return network;
  }

  /// The network's weights; neither the sketch bank nor the knowledge is among them.
  public Weights weights() {
    return content.weights();
  }

  /// The hubness of photos by the model's sketch bank; 0 for every photo where it has none.
  public Hubness hubness() {
    return content.hubness();
  }

  /// What it knows of its teacher, if it keeps that.
  public Optional<KnowledgeHead> knowledge() {
    return content.knowledge();
  }

  /// What pictures are scaled to before the model sees them.
  public ModelInput input() {
    return input;
  }

  /// Side of the network's input square, in pixels.
  public int inputSize() {
    return input.size();
  }

  /// SHA-256, in lower-case hexadecimal, of all that decides an embedding and its score: the
  /// network, the size it is run at, the hash of the weights file, bank and knowledge included, and
  /// the fits of sketches and photos. The same weights at another size or with another bank are
  /// another model: their vectors must not meet.
  public String sha256() {
    String identity = network.name() + "\n" + input.size() + "\n" + content.sha256() + "\n";
    // Models older than the choice have no fit in their identity.
    if (input.sketches() != SketchFit.SQUASHED) {
      identity += input.sketches() + "\n";
    }
    if (input.photos() != PhotoFit.WHOLE) {
      identity += input.photos() + "\n";
    }
    return Sha256.hex(identity);
  }

  /// The manifest; a bare trunk has none.
  public Optional<ModelManifest> manifest() {
    return manifest;
  }

  /// The settings for int8; empty if the model is not calibrated.
  public Optional<Int8Calibration> calibration() {
    return manifest.flatMap(ModelManifest::int8);
  }

  public Path directory() {
    return directory;
  }

  /// The metrics of its training, by name; empty for a bare trunk.
  public Map<String, Double> metrics() {
    return manifest.map(ModelManifest::metrics).orElse(Map.of());
  }
}
