package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Parameter;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.SequencedMap;

/// Random initial weights for training from scratch (He et al., 2015).
public final class RandomWeights {
  private RandomWeights() {}

  /// The same seed gives the same weights.
  public static Weights of(Network network, long seed) {
    Random random = new Random(seed);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      tensors.put(parameter.name(), new Tensor(parameter.shape(), values(parameter, random)));
    }
    return new Weights(tensors);
  }

  private static float[] values(Parameter parameter, Random random) {
    int count = parameter.shape().stream().reduce(1, Math::multiplyExact);
    float[] values = new float[count];
    boolean matrix = parameter.shape().size() > 1;
    if (matrix) {
      int inputs = count / parameter.shape().getFirst();
      double deviation = Math.sqrt(2.0 / inputs);
      for (int i = 0; i < count; i++) {
        values[i] = (float) (random.nextGaussian() * deviation);
      }
    } else if (parameter.name().endsWith(".weight") || parameter.name().endsWith("running_var")) {
      // The scale and the variance of a batch norm.
      Arrays.fill(values, 1);
    }
    return values;
  }
}
