package io.sketchstream.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/// A linear layer: `y = W x + b`.
///
/// @param weight one row per output
/// @param bias one number per output
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record LinearMap(float[] weight, float[] bias) {

  int inputs() {
    return weight.length / bias.length;
  }

  int outputs() {
    return bias.length;
  }

  float[] apply(float[] input) {
    float[] out = new float[outputs()];
    for (int o = 0; o < out.length; o++) {
      double sum = bias[o];
      for (int i = 0; i < input.length; i++) {
        sum += weight[o * input.length + i] * input[i];
      }
      out[o] = (float) sum;
    }
    return out;
  }

  /// Applies it to each row of a matrix.
  float[] applyAll(float[] rows) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return product(manager, rows).toFloatArray();
    }
  }

  /// Applies it to each row of a matrix; gives the softmax of each result.
  float[] softmaxAll(float[] rows) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return product(manager, rows).softmax(1).toFloatArray();
    }
  }

  private NDArray product(NDManager manager, float[] rows) {
    NDArray matrix = manager.create(rows, new Shape(rows.length / inputs(), inputs()));
    NDArray columns = manager.create(weight, new Shape(outputs(), inputs())).transpose();
    return matrix.matMul(columns).add(manager.create(bias));
  }

  /// Normalises a vector in place.
  static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    double length = Math.max(1e-12, Math.sqrt(squares));
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }
}
