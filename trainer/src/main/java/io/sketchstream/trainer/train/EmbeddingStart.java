package io.sketchstream.trainer.train;

import io.sketchstream.trainer.evaluate.PrincipalComponents;
import java.util.Arrays;
import java.util.Random;

/// Computes the initial embedding of a training: a linear layer on the features of a pretrained
/// trunk.
///
/// The usual one keeps the directions of largest variance among the training pictures of both
/// domains, so sketches and photos of a class start closer together than in the trunk alone.
final class EmbeddingStart {
  /// Norm of the mean embedding: the scale that the preservation head and its softmax expect.
  private static final double MEAN_LENGTH = 4;

  private final float[] sketches;
  private final float[] photos;
  private final int width;

  /// @param sketches features, row by row
  /// @param photos features, row by row
  /// @param width number of features of a picture
  EmbeddingStart(float[] sketches, float[] photos, int width) {
    this.sketches = sketches;
    this.photos = photos;
    this.width = width;
  }

  /// The principal components of the features, each domain centred on its own mean, without the
  /// direction between the two means.
  LinearMap principal(int outputs) {
    double[] sketchMean = mean(sketches, width);
    double[] photoMean = mean(photos, width);
    float[] centred = new float[sketches.length + photos.length];
    for (int i = 0; i < sketches.length; i++) {
      centred[i] = (float) (sketches[i] - sketchMean[i % width]);
    }
    for (int i = 0; i < photos.length; i++) {
      centred[sketches.length + i] = (float) (photos[i] - photoMean[i % width]);
    }
    int count = centred.length / width;
    float[] weight = PrincipalComponents.of(centred, count, width, outputs).weight();
    removeDirection(weight, sketchMean, photoMean);
    float[] none = new float[outputs];
    scale(weight, MEAN_LENGTH / meanLength(new LinearMap(weight, none), centred));
    float[] bias = new float[outputs];
    for (int i = 0; i < weight.length; i++) {
      // The mean of each domain is mapped to the origin.
      bias[i / width] -= (float) (weight[i] * (sketchMean[i % width] + photoMean[i % width]) / 2);
    }
    return new LinearMap(weight, bias);
  }

  /// The principal directions of a classifier's rows about their mean: a shift that all classes
  /// share does not change its softmax.
  LinearMap ofClassifier(LinearMap classifier, int outputs) {
    return scaled(
        PrincipalComponents.of(classifier.weight(), classifier.outputs(), width, outputs).weight());
  }

  /// Random directions from the mean of all pictures; the same seed gives the same. Features are
  /// not negative, so from the origin all pictures would lie in one direction.
  LinearMap random(int outputs, long seed) {
    Random random = new Random(seed);
    float[] weight = new float[outputs * width];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    float[] centred = all();
    double[] mean = mean(centred, width);
    for (int i = 0; i < centred.length; i++) {
      centred[i] -= (float) mean[i % width];
    }
    float[] bias = new float[outputs];
    scale(weight, MEAN_LENGTH / meanLength(new LinearMap(weight, bias), centred));
    for (int i = 0; i < weight.length; i++) {
      bias[i / width] -= (float) (weight[i] * mean[i % width]);
    }
    return new LinearMap(weight, bias);
  }

  private float[] all() {
    float[] all = Arrays.copyOf(sketches, sketches.length + photos.length);
    System.arraycopy(photos, 0, all, sketches.length, photos.length);
    return all;
  }

  private LinearMap scaled(float[] weight) {
    float[] all = all();
    LinearMap map = new LinearMap(weight, new float[weight.length / width]);
    scale(weight, MEAN_LENGTH / meanLength(map, all));
    return map;
  }

  private static double meanLength(LinearMap map, float[] rows) {
    float[] out = map.applyAll(rows);
    double sum = 0;
    for (int row = 0; row < out.length; row += map.outputs()) {
      double squares = 0;
      for (int i = row; i < row + map.outputs(); i++) {
        squares += out[i] * out[i];
      }
      sum += Math.sqrt(squares);
    }
    return Math.max(1e-12, sum * map.outputs() / out.length);
  }

  private static void scale(float[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) factor;
    }
  }

  /// The mean of the rows of a matrix.
  static double[] mean(float[] rows, int width) {
    double[] mean = new double[width];
    int count = rows.length / width;
    for (int i = 0; i < rows.length; i++) {
      mean[i % width] += (double) rows[i] / count;
    }
    return mean;
  }

  /// Removes the direction from one point to another from every row of a matrix.
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
}
