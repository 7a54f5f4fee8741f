package io.sketchstream.benchmarks.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.ModelManifest.Origin;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Models to roll out, derived from another one without training.
public final class CandidateModel {
  private static final String WEIGHT = "embedding.weight";
  private static final String BIAS = "embedding.bias";

  /// Noise relative to the weights, both as root mean square.
  private static final double DISTURBANCE = 0.2;

  private CandidateModel() {}

  /// A model of exactly the same quality whose vectors are incompatible: the dimensions of its
  /// embedding are permuted. Whoever mixes the two finds nothing.
  ///
  /// @param inputSize pixels; at another size than the original's, its quality is nearly the same
  public static ModelArtifact reordered(
      ModelArtifact original, Path directory, int inputSize, long seed)
      throws IOException, BrokenModelException {
    return reordered(original, original.weights().get(WEIGHT), directory, inputSize, seed);
  }

  /// Like [#reordered], and with noise in its last layer: its results differ a little, as after
  /// further training.
  public static ModelArtifact disturbed(
      ModelArtifact original, Path directory, int inputSize, long seed)
      throws IOException, BrokenModelException {
    Tensor weight = original.weights().get(WEIGHT);
    float[] values = weight.values().clone();
    double meanSquare = 0;
    for (float value : values) {
      meanSquare += value * value / values.length;
    }
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (DISTURBANCE * Math.sqrt(meanSquare) * random.nextGaussian());
    }
    return reordered(original, new Tensor(weight.shape(), values), directory, inputSize, seed);
  }

  private static ModelArtifact reordered(
      ModelArtifact original, Tensor weight, Path directory, int inputSize, long seed)
      throws IOException, BrokenModelException {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, original.dimension()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    Weights weights =
        original
            .weights()
            .with(WEIGHT, rows(weight, order))
            .with(BIAS, rows(original.weights().get(BIAS), order));
    return write(original, weights, directory, inputSize, seed);
  }

  /// A valid model that gives all pictures the same embedding.
  public static ModelArtifact constant(ModelArtifact original, Path directory, long seed)
      throws IOException, BrokenModelException {
    Tensor weight = original.weights().get(WEIGHT);
    float[] bias = new float[original.dimension()];
    Random random = new Random(seed);
    for (int i = 0; i < bias.length; i++) {
      bias[i] = random.nextFloat() - 0.5f;
    }
    Weights weights =
        original
            .weights()
            .with(WEIGHT, new Tensor(weight.shape(), new float[weight.values().length]))
            .with(BIAS, new Tensor(original.weights().get(BIAS).shape(), bias));
    return write(original, weights, directory, original.inputSize(), seed);
  }

  private static ModelArtifact write(
      ModelArtifact original, Weights weights, Path directory, int inputSize, long seed)
      throws IOException, BrokenModelException {
    return ModelArtifact.write(
        directory,
        original.network(),
        weights,
        Weights.Storage.FP16,
        new ModelInput(inputSize, original.input().photos(), original.input().sketches()),
        new Origin(seed, "made of " + original.generation(), Map.of(), Map.of(), "a drill"));
  }

  private static Tensor rows(Tensor tensor, List<Integer> order) {
    float[] values = new float[tensor.values().length];
    int width = values.length / order.size();
    for (int row = 0; row < order.size(); row++) {
      System.arraycopy(tensor.values(), order.get(row) * width, values, row * width, width);
    }
    return new Tensor(tensor.shape(), values);
  }
}
