package io.sketchstream.encoder.network;

/// How a network is trained unless a recipe or a user says otherwise.
///
/// @param frozenShare share of its first stages that stay as they are, 0 to below 1: early layers
///   see edges and colours, and not training them saves time
/// @param inputSize side of the squares trained on, in pixels
/// @param servedSize side of the squares that the model is served with, in pixels
/// @param learningRate of new layers: the embedding and the heads
/// @param trunkLearningRate of the pretrained trunk
public record TrainingDefaults(
    double frozenShare,
    int inputSize,
    int servedSize,
    double learningRate,
    double trunkLearningRate) {
  public TrainingDefaults {
    if (!(frozenShare >= 0 && frozenShare < 1)) {
      throw new IllegalArgumentException(
          "frozenShare is 0 to below 1, not %s".formatted(frozenShare));
    }
  }
}
