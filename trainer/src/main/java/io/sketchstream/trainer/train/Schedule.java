package io.sketchstream.trainer.train;

/// AdamW with warm-up and cosine decay.
///
/// @param learningRate learning rate of new layers: the embedding and the heads
/// @param trunkLearningRate learning rate of the pretrained trunk
/// @param finalShare share of the learning rate at the end, 0 to 1
/// @param warmUp iterations over which it rises from 0
/// @param weightDecay decoupled; not applied to biases
/// @param gradientNormMax gradients are clipped to this norm
/// @param averageDecay decay of the moving average of the weights that becomes the model; 0 uses
///   the last weights
public record Schedule(
    double learningRate,
    double trunkLearningRate,
    double finalShare,
    int warmUp,
    double weightDecay,
    double gradientNormMax,
    double averageDecay) {
  public Schedule {
    SettingRange.require("learningRate", learningRate, 0, 1);
    SettingRange.require("trunkLearningRate", trunkLearningRate, 0, 1);
    SettingRange.require("finalShare", finalShare, 0, 1);
    SettingRange.require("warmUp", warmUp, 0, 1_000_000);
    SettingRange.require("weightDecay", weightDecay, 0, 1);
    SettingRange.require("gradientNormMax", gradientNormMax, 1e-6, 1e9);
    SettingRange.require("averageDecay", averageDecay, 0, .999999);
  }

  /// The factor of the learning rate in an iteration.
  ///
  /// @param iteration counted from 0
  double share(int iteration, int iterations) {
    if (iteration < warmUp) {
      return (iteration + 1.0) / warmUp;
    }
    double progress = (iteration - warmUp) / Math.max(1.0, iterations - warmUp);
    return finalShare + (1 - finalShare) * (1 + Math.cos(Math.PI * progress)) / 2;
  }
}
