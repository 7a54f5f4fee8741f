package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.Convolution;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Parameter;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// Weights to train a network from scratch with (He et al., 2015). The last norm of a residual
/// block scales by 0 at first (Goyal et al., 2017): every block begins as the identity. Batch
/// statistics would hold the sums of blocks at one size, but norms here use fixed statistics.
public final class RandomWeights {
  private RandomWeights() {}

  /// The same seed gives the same weights.
  public static Weights of(Network network, long seed) {
    Random random = new Random(seed);
    Set<String> residual =
        network.convolutions().stream()
            .filter(convolution -> convolution.adds().isPresent())
            .map(Convolution::norm)
            .flatMap(Optional::stream)
            .map(norm -> norm + ".weight")
            .collect(Collectors.toSet());
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      float[] values = values(parameter, random);
      if (residual.contains(parameter.name())) {
        Arrays.fill(values, 0);
      }
      tensors.put(parameter.name(), new Tensor(parameter.shape(), values));
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
