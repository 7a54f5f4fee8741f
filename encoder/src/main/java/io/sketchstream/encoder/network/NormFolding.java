package io.sketchstream.encoder.network;

import java.util.List;
import java.util.Map;

/// Turns a convolution and the batch norm after it into one convolution with a bias, in double
/// precision: `gamma * (w * x - mean) / sqrt(variance + epsilon) + beta`.
final class NormFolding {
  /// torchvision's; the TorchScript source of training has the same.
  static final double EPSILON = 1e-5;

  private NormFolding() {}

  static void fold(Convolution convolution, Weights weights, Map<String, Tensor> into) {
    String norm = convolution.norm().orElseThrow();
    Tensor weight = weights.get(convolution.weight());
    float[] gamma = weights.get(norm + ".weight").values();
    float[] beta = weights.get(norm + ".bias").values();
    float[] mean = weights.get(norm + ".running_mean").values();
    float[] variance = weights.get(norm + ".running_var").values();
    float[] folded = new float[weight.values().length];
    float[] bias = new float[convolution.out()];
    int perChannel = folded.length / bias.length;
    for (int channel = 0; channel < bias.length; channel++) {
      double factor = gamma[channel] / Math.sqrt(variance[channel] + EPSILON);
      for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        folded[i] = (float) (weight.values()[i] * factor);
      }
      bias[channel] = (float) (beta[channel] - mean[channel] * factor);
    }
    into.put(convolution.weight(), new Tensor(weight.shape(), folded));
    into.put(convolution.bias(), new Tensor(List.of(convolution.out()), bias));
  }
}
