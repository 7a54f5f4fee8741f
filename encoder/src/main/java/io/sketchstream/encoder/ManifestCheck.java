package io.sketchstream.encoder;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/// Checks what a manifest says: only the preprocessing and the networks that this release has are
/// accepted.
final class ManifestCheck {
  /// What a manifest calls the fit of photos.
  private static final Map<String, PhotoFit> PHOTO =
      Map.of("squash", PhotoFit.WHOLE, "centre-squash", PhotoFit.CENTRE);

  /// What a manifest calls the fit of sketches.
  private static final Map<String, SketchFit> SKETCH =
      Map.of(
          "ink-square", SketchFit.SQUARE,
          "ink-square-mirrored", SketchFit.MIRRORED,
          "ink-crop", SketchFit.SQUASHED,
          "squash", SketchFit.PAGE);

  private static final double SKETCH_MARGIN = 0.08;

  /// At 32 pixels the last layers have one pixel, which oneDNN refuses.
  private static final int INPUT_SIZE_MIN = 48;

  private static final int INPUT_SIZE_MAX = 1024;

  private ManifestCheck() {}

  /// The preprocessing of a network, as a manifest states it.
  static ModelManifest.Pixels pixels(Network network, ModelInput input) {
    return new ModelManifest.Pixels(
        input.size(),
        network.mean(),
        network.std(),
        name(PHOTO, input.photos()),
        name(SKETCH, input.sketches()),
        SKETCH_MARGIN);
  }

  private static <T> String name(Map<String, T> names, T fit) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(fit))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /// The input that a checked manifest describes.
  static ModelInput input(ModelManifest.Pixels pixels) {
    return new ModelInput(
        pixels.inputSize(), PHOTO.get(pixels.photo()), SKETCH.get(pixels.sketch()));
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

  private static void calibration(Path file, Int8Calibration calibration, Network network)
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
    if (!PHOTO.containsKey(String.valueOf(pixels.photo()))
        || !SKETCH.containsKey(String.valueOf(pixels.sketch()))
        || pixels.sketchMargin() != SKETCH_MARGIN) {
      throw new BrokenModelException(
          "%s prepares photos by '%s' and sketches by '%s' with margin %s; supported are %s, %s, %s"
              .formatted(
                  file,
                  pixels.photo(),
                  pixels.sketch(),
                  pixels.sketchMargin(),
                  new TreeSet<>(PHOTO.keySet()),
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
