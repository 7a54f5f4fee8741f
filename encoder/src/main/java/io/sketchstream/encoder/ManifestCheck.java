package io.sketchstream.encoder;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import java.nio.file.Path;

/// What a manifest may say: the one way in which this release prepares pixels, and networks that it
/// knows.
final class ManifestCheck {
  private static final String PHOTO = "squash";
  private static final String SKETCH = "ink-crop";
  private static final double SKETCH_MARGIN = 0.08;

  /// At 32 the last layers are left with one pixel, and oneDNN refuses to run them.
  private static final int INPUT_SIZE_MIN = 48;

  private static final int INPUT_SIZE_MAX = 1024;

  private ManifestCheck() {}

  /// How pixels are made ready for a network, as a manifest says it.
  static ModelManifest.Pixels pixels(Network network, int inputSize) {
    return new ModelManifest.Pixels(
        inputSize, network.mean(), network.std(), PHOTO, SKETCH, SKETCH_MARGIN);
  }

  /// Checks all that can be checked without the weights.
  ///
  /// @param file named in refusals
  /// @return the network
  /// @throws BrokenModelException says what is missing or unknown
  static Network check(Path file, ModelManifest manifest) throws BrokenModelException {
    if (manifest.formatVersion() != ModelManifest.FORMAT_VERSION) {
      throw new BrokenModelException(
          "%s is of format version %d, this release reads %d"
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
        || !SKETCH.equals(pixels.sketch())
        || pixels.sketchMargin() != SKETCH_MARGIN) {
      throw new BrokenModelException(
          "%s prepares photos by '%s' and sketches by '%s' with margin %s; known are '%s', '%s', %s"
              .formatted(
                  file,
                  pixels.photo(),
                  pixels.sketch(),
                  pixels.sketchMargin(),
                  PHOTO,
                  SKETCH,
                  SKETCH_MARGIN));
    }
  }

  /// Refuses sizes that no network can be run at.
  static void inputSize(Path file, int inputSize) throws BrokenModelException {
    if (inputSize < INPUT_SIZE_MIN || inputSize > INPUT_SIZE_MAX) {
      throw new BrokenModelException(
          "%s has input size %d, possible are %d to %d"
              .formatted(file, inputSize, INPUT_SIZE_MIN, INPUT_SIZE_MAX));
    }
  }

  /// The network of this name, if it makes embeddings.
  static Network encoder(String name) throws BrokenModelException {
    Network network = Network.named(name);
    if (network.output() != Network.Output.FEATURES) {
      throw new BrokenModelException(name + " is a classifier and makes no embeddings");
    }
    return network;
  }
}
