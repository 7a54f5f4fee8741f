package io.sketchstream.encoder;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.images.sketch.SketchFit;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/// Checks what a manifest says: only the preprocessing and the networks that this release has are
/// accepted.
final class ManifestCheck {
  private static final String PHOTO = "squash";

  /// What a manifest calls the fit of sketches.
  private static final Map<String, SketchFit> SKETCH =
      Map.of("ink-square", SketchFit.SQUARE, "ink-crop", SketchFit.SQUASHED);

  /// The fit of the models that this release writes.
  private static final String SKETCH_WRITTEN = "ink-square";

  private static final double SKETCH_MARGIN = 0.08;

  /// At 32 pixels the last layers have one pixel, which oneDNN refuses.
  private static final int INPUT_SIZE_MIN = 48;

  private static final int INPUT_SIZE_MAX = 1024;

  private ManifestCheck() {}

  /// The preprocessing of a network, as a manifest states it.
  static ModelManifest.Pixels pixels(Network network, int inputSize) {
    return new ModelManifest.Pixels(
        inputSize, network.mean(), network.std(), PHOTO, SKETCH_WRITTEN, SKETCH_MARGIN);
  }

  /// The fit of sketches that a checked manifest names.
  static SketchFit sketchFit(ModelManifest.Pixels pixels) {
    return SKETCH.get(pixels.sketch());
  }

  /// Checks everything that does not need the weights.
  ///
  /// @param file for messages
  /// @return the network it names
  /// @throws BrokenModelException says what is missing or unknown
  static Network check(Path file, ModelManifest manifest) throws BrokenModelException {
    if (manifest.formatVersion() != ModelManifest.FORMAT_VERSION) {
      throw new BrokenModelException(
          "%s is of format version %d; this release reads %d"
              .formatted(file, manifest.formatVersion(), ModelManifest.FORMAT_VERSION));
    }
    if (manifest.network() == null || manifest.preprocessing() == null) {
      throw new BrokenModelException(file + " names no network or no preprocessing");
    }
    Network network = encoder(manifest.network());
    inputSize(file, manifest.preprocessing().inputSize());
    pixels(file, manifest.preprocessing(), network);
    if (manifest.int8().isPresent()) {
      calibration(file, manifest.int8().get(), network);
    }
    return network;
  }

  private static void calibration(Path file, Calibration calibration, Network network)
      throws BrokenModelException {
    try {
      calibration.quantization().check(network);
    } catch (IllegalArgumentException | BrokenModelException e) {
      throw new BrokenModelException(file + " has a broken calibration: " + e.getMessage(), e);
    }
  }

  private static void pixels(Path file, ModelManifest.Pixels pixels, Network network)
      throws BrokenModelException {
    if (!pixels.mean().equals(network.mean()) || !pixels.std().equals(network.std())) {
      throw new BrokenModelException(
          "%s normalises by %s and %s, %s needs %s and %s"
              .formatted(
                  file,
                  pixels.mean(),
                  pixels.std(),
                  network.name(),
                  network.mean(),
                  network.std()));
    }
    if (!PHOTO.equals(pixels.photo())
        || !SKETCH.containsKey(String.valueOf(pixels.sketch()))
        || pixels.sketchMargin() != SKETCH_MARGIN) {
      throw new BrokenModelException(
          "%s prepares photos by '%s' and sketches by '%s' with margin %s; supported are '%s', one of %s, %s"
              .formatted(
                  file,
                  pixels.photo(),
                  pixels.sketch(),
                  pixels.sketchMargin(),
                  PHOTO,
                  new TreeSet<>(SKETCH.keySet()),
                  SKETCH_MARGIN));
    }
  }

  /// Refuses input sizes that no network supports.
  static void inputSize(Path file, int inputSize) throws BrokenModelException {
    if (inputSize < INPUT_SIZE_MIN || inputSize > INPUT_SIZE_MAX) {
      throw new BrokenModelException(
          "%s has input size %d; supported are %d to %d"
              .formatted(file, inputSize, INPUT_SIZE_MIN, INPUT_SIZE_MAX));
    }
  }

  /// The network of this name, if it produces embeddings.
  static Network encoder(String name) throws BrokenModelException {
    Network network = Network.named(name);
    if (network.output() != Network.Output.FEATURES) {
      throw new BrokenModelException(name + " is a classifier and produces no embeddings");
    }
    return network;
  }
}
