package io.sketchstream.encoder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The content of `manifest.json`: everything needed to run a model, and its origin.
///
/// @param formatVersion 1
/// @param network a name of [io.sketchstream.encoder.network.Network]
/// @param embeddingDimension dimensions of its embeddings
/// @param preprocessing the preprocessing of pixels
/// @param weightsSha256 of `model.safetensors`, in lower-case hexadecimal
/// @param seed of the training run
/// @param dataFingerprint of the images and labels it was trained on
/// @param metrics by name, such as `val.mAP`
/// @param recipe hyperparameters by name
/// @param command the command that reproduces this model
/// @param int8 the settings for int8; empty if the model is not calibrated
@JsonPropertyOrder({
  "formatVersion",
  "network",
  "embeddingDimension",
  "preprocessing",
  "weightsSha256",
  "seed",
  "dataFingerprint",
  "metrics",
  "recipe",
  "command",
  "int8"
})
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ModelManifest(
    int formatVersion,
    String network,
    int embeddingDimension,
    Pixels preprocessing,
    String weightsSha256,
    long seed,
    String dataFingerprint,
    Map<String, Double> metrics,
    Map<String, String> recipe,
    String command,
    Optional<Int8Calibration> int8) {
  /// The format version that this release writes and reads.
  public static final int FORMAT_VERSION = 1;

  /// The preprocessing of pixels.
  ///
  /// @param inputSize side of the input square in pixels
  /// @param mean subtracted from red, green and blue of 0 to 1
  /// @param std what they are then divided by
  /// @param photo scaled to the square regardless of its shape; `squash`: the whole,
  ///   `centre-squash`: its middle, see [io.sketchstream.images.PhotoFit]
  /// @param sketch `ink-square`: cropped to its ink with a margin and made square with paper,
  ///   `ink-square-mirrored`: the same, embedded together with its mirror image, `ink-crop`:
  ///   cropped and squashed, `squash`: the whole page, see
  ///   [io.sketchstream.images.sketch.SketchFit]
  /// @param sketchMargin of the longer side of the ink
  public record Pixels(
      int inputSize,
      List<Double> mean,
      List<Double> std,
      String photo,
      String sketch,
      double sketchMargin) {
    public Pixels {
      mean = mean == null ? List.of() : List.copyOf(mean);
      std = std == null ? List.of() : List.copyOf(std);
    }
  }

  ModelManifest with(Int8Calibration calibration) {
    return new ModelManifest(
        formatVersion,
        network,
        embeddingDimension,
        preprocessing,
        weightsSha256,
        seed,
        dataFingerprint,
        metrics,
        recipe,
        command,
        Optional.of(calibration));
  }

  /// The origin of a model, for its manifest.
  ///
  /// @param seed of the training run
  /// @param dataFingerprint of the images and labels it was trained on
  /// @param metrics by name
  /// @param recipe hyperparameters by name
  /// @param command the command that reproduces this model
  public record Origin(
      long seed,
      String dataFingerprint,
      Map<String, Double> metrics,
      Map<String, String> recipe,
      String command) {}

  ModelManifest with(Origin origin) {
    return new ModelManifest(
        formatVersion,
        network,
        embeddingDimension,
        preprocessing,
        weightsSha256,
        origin.seed(),
        origin.dataFingerprint(),
        origin.metrics(),
        origin.recipe(),
        origin.command(),
        int8);
  }

  public ModelManifest {
    metrics = metrics == null ? Map.of() : Map.copyOf(metrics);
    recipe = recipe == null ? Map.of() : Map.copyOf(recipe);
    int8 = int8 == null ? Optional.empty() : int8;
  }
}
