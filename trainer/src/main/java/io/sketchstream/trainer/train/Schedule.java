package io.sketchstream.trainer.train;

/// AdamW with warm-up and cosine decay.
///
/// @param learningRate of what is new: the embedding and the heads
/// @param trunkLearningRate of the pretrained trunk
/// @param finalShare the part of it that is left in the end, 0 to 1
/// @param warmUp iterations in which it rises from 0
/// @param weightDecay decoupled; not applied to biases
/// @param gradientNormMax longer gradients are clipped to this
/// @param averageDecay the model is a moving average of the weights with this decay; 0 takes the
///   last weights
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

  /// The part of the learning rate that applies in an iteration.
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
