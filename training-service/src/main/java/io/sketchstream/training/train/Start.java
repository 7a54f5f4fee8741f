package io.sketchstream.training.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.Interruption;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.PictureReader;
import io.sketchstream.training.evaluate.PrincipalComponents;
import java.util.ArrayList;
import java.util.List;

/// Where training starts from: a pretrained trunk, an embedding on top of it that keeps what varies
/// most among the training pictures, and the mean embedding of each class.
///
/// The embedding is made of the principal components of the trunk's features, each domain centred
/// on its own mean and the direction from one mean to the other taken out: so sketches and photos
/// of a class lie closer before the first step than the trunk alone puts them.
final class Start {
  private static final int BATCH_SIZE = 32;

  /// Pictures of each class and domain that are looked at.
  private static final int PICTURES_PER_CLASS = 12;

  private final Weights weights;
  private final float[] classMeans;

  private Start(Weights weights, float[] classMeans) {
    this.weights = weights;
    this.classMeans = classMeans;
  }

  /// @param initial weights of the network; an embedding among them is kept, else one is made
  static Start of(
      Network network,
      Weights initial,
      LabelledPictures pictures,
      PictureReader reader,
      TrainingConfig config)
      throws BrokenModelException {
    LabelledPictures some = pictures.limitedTo(PICTURES_PER_CLASS);
    List<Example> examples = new ArrayList<>(some.sketches());
    examples.addAll(some.photos());
    Weights weights = initial;
    float[] embeddings = forward(network, initial, examples, reader, config.inputSize());
    if (initial.find(Network.EMBEDDING_WEIGHT).isEmpty()) {
      float[] features = embeddings;
      weights = withEmbedding(initial, features, some.sketches().size(), network, config);
      // The features are centred by now, as the bias does it.
      embeddings = product(features, weights.get(Network.EMBEDDING_WEIGHT).values(), network);
    }
    return new Start(weights, classMeans(embeddings, examples, pictures.pairedClasses()));
  }

  /// Weights of the network, its embedding among them.
  Weights weights() {
    return weights;
  }

  /// The mean of some unit embeddings of each class, row by row.
  float[] classMeans() {
    return classMeans;
  }

  /// Rows of features times the transposed matrix of the embedding.
  private static float[] product(float[] features, float[] weight, Network network) {
    int width = network.dimension();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray rows = manager.create(features, new Shape(features.length / width, width));
      NDArray matrix = manager.create(weight, new Shape(weight.length / width, width));
      return rows.matMul(matrix.transpose()).toFloatArray();
    }
  }

  private static float[] forward(
      Network network, Weights weights, List<Example> examples, PictureReader reader, int size)
      throws BrokenModelException {
    int dimension = network.dimensionWith(weights);
    float[] rows = new float[examples.size() * dimension];
    try (TrainableNetwork loaded = TrainableNetwork.load(network, weights)) {
      for (int from = 0; from < examples.size(); from += BATCH_SIZE) {
        Interruption.check();
        List<Example> part = examples.subList(from, Math.min(from + BATCH_SIZE, examples.size()));
        byte[] pixels = Pixels.of(part, reader, size);
        try (NDManager manager = NDManager.newBaseManager()) {
          float[] some = loaded.forward(manager, pixels, part.size(), size).toFloatArray();
          System.arraycopy(some, 0, rows, from * dimension, some.length);
        }
      }
    }
    return rows;
  }

  private static Weights withEmbedding(
      Weights initial, float[] features, int sketches, Network network, TrainingConfig config) {
    int width = network.dimension();
    int outputs = config.dimension();
    if (outputs > width) {
      throw new IllegalArgumentException(
          "%s has %d features, too few for %d dimensions"
              .formatted(network.name(), width, outputs));
    }
    int count = features.length / width;
    double[] sketchMean = mean(features, 0, sketches, width);
    double[] photoMean = mean(features, sketches, count, width);
    for (int i = 0; i < features.length; i++) {
      double[] mean = i / width < sketches ? sketchMean : photoMean;
      features[i] -= (float) mean[i % width];
    }
    float[] weight =
        PrincipalComponents.of(features, count, width, outputs).asLinearLayer().weight();
    removeDirection(weight, sketchMean, photoMean);
    float[] bias = new float[outputs];
    for (int i = 0; i < weight.length; i++) {
      // The mean of either domain comes to lie at the origin.
      bias[i / width] -= (float) (weight[i] * (sketchMean[i % width] + photoMean[i % width]) / 2);
    }
    return initial
        .with(Network.EMBEDDING_WEIGHT, new Tensor(List.of(outputs, width), weight))
        .with(Network.EMBEDDING_BIAS, new Tensor(List.of(outputs), bias));
  }

  private static double[] mean(float[] rows, int from, int to, int width) {
    double[] mean = new double[width];
    for (int i = from * width; i < to * width; i++) {
      mean[i % width] += (double) rows[i] / (to - from);
    }
    return mean;
  }

  /// Makes every row of a matrix blind to the direction from one point to another.
  private static void removeDirection(float[] matrix, double[] from, double[] to) {
    int width = from.length;
    double[] direction = new double[width];
    double squares = 0;
    for (int i = 0; i < width; i++) {
      direction[i] = to[i] - from[i];
      squares += direction[i] * direction[i];
    }
    for (int start = 0; start < matrix.length && squares > 0; start += width) {
      double along = 0;
      for (int i = 0; i < width; i++) {
        along += matrix[start + i] * direction[i];
      }
      for (int i = 0; i < width; i++) {
        matrix[start + i] -= (float) (along * direction[i] / squares);
      }
    }
  }

  private static float[] classMeans(
      float[] embeddings, List<Example> examples, List<String> classes) {
    int dimension = embeddings.length / examples.size();
    float[] means = new float[classes.size() * dimension];
    for (int i = 0; i < examples.size(); i++) {
      int label = classes.indexOf(examples.get(i).label());
      double squares = 0;
      for (int j = 0; j < dimension; j++) {
        squares += embeddings[i * dimension + j] * embeddings[i * dimension + j];
      }
      double length = Math.max(1e-12, Math.sqrt(squares));
      for (int j = 0; label >= 0 && j < dimension; j++) {
        means[label * dimension + j] += (float) (embeddings[i * dimension + j] / length);
      }
    }
    return means;
  }
}
