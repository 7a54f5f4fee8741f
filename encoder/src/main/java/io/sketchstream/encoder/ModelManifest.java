package io.sketchstream.encoder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `manifest.json` says about a model: all that is needed to run it, and how it came to be.
///
/// @param formatVersion 1
/// @param network a name of [io.sketchstream.encoder.network.Network]
/// @param embeddingDimension dimensions of its embeddings
/// @param preprocessing how pixels are made ready
/// @param weightsSha256 of `model.safetensors`, in lower-case hexadecimal
/// @param seed of the training run
/// @param dataFingerprint of the images and labels it was trained on
/// @param metrics by name, such as `val.mAP`
/// @param recipe hyperparameters by name
/// @param command what makes this model again
/// @param int8 what int8 needs; empty where the model was not calibrated for it
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
    Optional<Calibration> int8) {
  /// The version of the format that is written and read.
  public static final int FORMAT_VERSION = 1;

  /// How pixels are made ready for the network.
  ///
  /// @param inputSize side of the square in pixels
  /// @param mean subtracted from red, green and blue of 0 to 1
  /// @param std what they are then divided by
  /// @param photo `squash`: scaled to the square whatever its shape
  /// @param sketch `ink-crop`: cropped to its ink with a margin, then squashed
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

  ModelManifest with(Calibration calibration) {
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

  public ModelManifest {
    metrics = metrics == null ? Map.of() : Map.copyOf(metrics);
    recipe = recipe == null ? Map.of() : Map.copyOf(recipe);
    int8 = int8 == null ? Optional.empty() : int8;
  }
}
