package io.sketchstream.encoder;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.events.Generation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// A model on disk: a directory with `manifest.json` and `model.safetensors`. Data, never code.
/// Loaded means verified: the hash, every name, every shape, every number. Immutable.
///
/// A directory with `model.safetensors` and `reference.json` in place of a manifest, as published
/// trunks come, loads too: its embedding is the trunk's features.
public final class ModelArtifact {
  /// The name of the manifest in a model's directory.
  public static final String MANIFEST = "manifest.json";

  /// The name of the weights in a model's directory.
  public static final String WEIGHTS = "model.safetensors";

  /// What a bare trunk is run at: the size models are trained at here. It costs a quarter less than
  /// the 224 pixels of its pre-training.
  static final int BARE_INPUT_SIZE = 192;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private final Path directory;
  private final Optional<ModelManifest> manifest;
  private final Network network;
  private final Weights weights;
  private final int inputSize;
  private final String weightsSha256;

  private ModelArtifact(
      Path directory,
      Optional<ModelManifest> manifest,
      Network network,
      Weights weights,
      int inputSize,
      String weightsSha256) {
    this.directory = directory;
    this.manifest = manifest;
    this.network = network;
    this.weights = weights;
    this.inputSize = inputSize;
    this.weightsSha256 = weightsSha256;
  }

  /// Loads and verifies a model.
  ///
  /// @throws BrokenModelException says what is missing, damaged or unknown
  public static ModelArtifact load(Path directory) throws BrokenModelException {
    if (!Files.isDirectory(directory)) {
      throw new BrokenModelException("there is no model directory " + directory);
    }
    return Files.exists(directory.resolve(MANIFEST)) ? loadModel(directory) : loadBare(directory);
  }

  private static ModelArtifact loadModel(Path directory) throws BrokenModelException {
    Path file = directory.resolve(MANIFEST);
    ModelManifest manifest = read(file, ModelManifest.class);
    Network network = ManifestCheck.check(file, manifest);
    String sha256 = sha256(directory.resolve(WEIGHTS));
    if (!sha256.equals(manifest.weightsSha256())) {
      throw new BrokenModelException(
          "%s was changed: its SHA-256 is %s, the manifest says %s"
              .formatted(directory.resolve(WEIGHTS), sha256, manifest.weightsSha256()));
    }
    Weights weights = readWeights(directory, network);
    if (network.dimensionWith(weights) != manifest.embeddingDimension()) {
      throw new BrokenModelException(
          "%s says %d dimensions, the weights have %d"
              .formatted(file, manifest.embeddingDimension(), network.dimensionWith(weights)));
    }
    return new ModelArtifact(
        directory,
        Optional.of(manifest),
        network,
        weights,
        manifest.preprocessing().inputSize(),
        sha256);
  }

  private static ModelArtifact loadBare(Path directory) throws BrokenModelException {
    Path reference = directory.resolve("reference.json");
    if (!Files.exists(reference)) {
      throw new BrokenModelException("there is no file " + directory.resolve(MANIFEST));
    }
    Network network =
        ManifestCheck.encoder(read(reference, JsonNode.class).path("network").asText());
    Weights weights = readWeights(directory, network);
    return new ModelArtifact(
        directory,
        Optional.empty(),
        network,
        weights,
        BARE_INPUT_SIZE,
        sha256(directory.resolve(WEIGHTS)));
  }

  private static Weights readWeights(Path directory, Network network) throws BrokenModelException {
    Weights weights = network.read(directory.resolve(WEIGHTS));
    network.check(weights);
    return weights;
  }

  private static <T> T read(Path file, Class<T> type) throws BrokenModelException {
    try {
      T value = JSON.readValue(file.toFile(), type);
      if (value == null) {
        throw new BrokenModelException(file + " is empty");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new BrokenModelException(file + " is damaged: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new BrokenModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String sha256(Path file) throws BrokenModelException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest = new DigestInputStream(in, newSha256())) {
      digest.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchFileException e) {
      throw new BrokenModelException("there is no file " + file, e);
    } catch (IOException e) {
      throw new BrokenModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  /// Where a model came from, for its manifest.
  ///
  /// @param seed of the training run
  /// @param dataFingerprint of the images and labels it was trained on
  /// @param metrics by name
  /// @param recipe hyperparameters by name
  /// @param command what makes this model again
  public record Origin(
      long seed,
      String dataFingerprint,
      Map<String, Double> metrics,
      Map<String, String> recipe,
      String command) {}

  /// Writes a model to a directory, which is made if need be, and loads it back: what is returned
  /// holds the numbers as they were stored. The manifest is written last.
  ///
  /// @param storage FP16 halves the file; the model that counts is the one read back
  /// @throws BrokenModelException when these are no weights of this network
  public static ModelArtifact write(
      Path directory,
      Network network,
      Weights weights,
      Weights.Storage storage,
      int inputSize,
      Origin origin)
      throws IOException, BrokenModelException {
    network.check(weights);
    Path manifestFile = directory.resolve(MANIFEST);
    ManifestCheck.inputSize(manifestFile, inputSize);
    Files.createDirectories(directory);
    Files.deleteIfExists(manifestFile);
    weights.write(directory.resolve(WEIGHTS), storage);
    ModelManifest manifest =
        new ModelManifest(
            ModelManifest.FORMAT_VERSION,
            network.name(),
            network.dimensionWith(weights),
            ManifestCheck.pixels(network, inputSize),
            sha256(directory.resolve(WEIGHTS)),
            origin.seed(),
            origin.dataFingerprint(),
            origin.metrics(),
            origin.recipe(),
            origin.command(),
            Optional.empty());
    Files.writeString(manifestFile, JSON.writeValueAsString(manifest) + "\n");
    return load(directory);
  }

  /// Keeps a calibration in the manifest of this model, at once or not at all. It stays the same
  /// generation.
  ///
  /// @return the model as it is now
  /// @throws IllegalStateException when this is a bare trunk, which has no manifest
  /// @throws BrokenModelException when the calibration is not of this network
  public ModelArtifact calibrated(Calibration calibration)
      throws IOException, BrokenModelException {
    ModelManifest calibrated =
        manifest
            .orElseThrow(() -> new IllegalStateException(directory + " has no manifest"))
            .with(calibration);
    Path file = directory.resolve(MANIFEST);
    ManifestCheck.check(file, calibrated);
    Path written = directory.resolve(MANIFEST + ".new");
    Files.writeString(written, JSON.writeValueAsString(calibrated) + "\n");
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    return load(directory);
  }

  /// The generation that this model is, on every machine.
  public Generation generation() {
    return Generation.ofArtifact(sha256());
  }

  /// Dimensions of the embeddings.
  public int dimension() {
    return network.dimensionWith(weights);
  }

  public Network network() {
    return network;
  }

  public Weights weights() {
    return weights;
  }

  /// Side of the square that the network takes, in pixels.
  public int inputSize() {
    return inputSize;
  }

  /// SHA-256, in lower-case hexadecimal, of all that decides an embedding: the network, the size it
  /// is run at and the hash of the weights file. The same weights run at another size are another
  /// model: their vectors must not meet.
  public String sha256() {
    String identity = network.name() + "\n" + inputSize + "\n" + weightsSha256 + "\n";
    return HexFormat.of().formatHex(newSha256().digest(identity.getBytes(UTF_8)));
  }

  /// The manifest; a bare trunk has none.
  public Optional<ModelManifest> manifest() {
    return manifest;
  }

  /// What int8 needs; empty where the model was not calibrated for it.
  public Optional<Calibration> calibration() {
    return manifest.flatMap(ModelManifest::int8);
  }

  public Path directory() {
    return directory;
  }

  /// What its training measured, by name; empty for a bare trunk.
  public Map<String, Double> metrics() {
    return manifest.map(ModelManifest::metrics).orElse(Map.of());
  }
}
