package io.sketchstream.training.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.SequencedMap;

/// What is trained along with the network and left behind afterwards: a vector for each class, and
/// the layer that must still tell what the teacher saw.
///
/// @param classVectors one row a class
/// @param teacherWeight one row for each thing the teacher knows
/// @param teacherBias one number for each
record Heads(NDArray classVectors, NDArray teacherWeight, NDArray teacherBias) {
  static final String CLASS_VECTORS = "heads.class_vectors";
  static final String TEACHER_WEIGHT = "heads.teacher.weight";
  static final String TEACHER_BIAS = "heads.teacher.bias";

  /// @param classMeans where each class starts: the mean of some of its embeddings, row by row
  static Heads create(
      NDManager manager, float[] classMeans, int dimension, int teacherWidth, long seed) {
    Random random = new Random(seed);
    float[] weight = new float[teacherWidth * dimension];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (random.nextGaussian() * .01);
    }
    return trainable(
        manager.create(classMeans, new Shape(classMeans.length / dimension, dimension)),
        manager.create(weight, new Shape(teacherWidth, dimension)),
        manager.zeros(new Shape(teacherWidth)));
  }

  /// Heads as they were in a checkpoint.
  static Heads restore(NDManager manager, Weights checkpoint) {
    return trainable(
        restore(manager, checkpoint.get(CLASS_VECTORS)),
        restore(manager, checkpoint.get(TEACHER_WEIGHT)),
        restore(manager, checkpoint.get(TEACHER_BIAS)));
  }

  private static NDArray restore(NDManager manager, Tensor tensor) {
    long[] shape = tensor.shape().stream().mapToLong(extent -> extent).toArray();
    return manager.create(tensor.values(), new Shape(shape));
  }

  private static Heads trainable(NDArray classVectors, NDArray weight, NDArray bias) {
    classVectors.setRequiresGradient(true);
    weight.setRequiresGradient(true);
    bias.setRequiresGradient(true);
    return new Heads(classVectors, weight, bias);
  }

  SequencedMap<String, NDArray> state() {
    SequencedMap<String, NDArray> state = new LinkedHashMap<>();
    state.put(CLASS_VECTORS, classVectors);
    state.put(TEACHER_WEIGHT, teacherWeight);
    state.put(TEACHER_BIAS, teacherBias);
    return state;
  }

  void addTo(SequencedMap<String, NDArray> parameters, TrainingConfig.Objectives objectives) {
    if (objectives.classification() > 0) {
      parameters.put(CLASS_VECTORS, classVectors);
    }
    if (objectives.preservation() > 0) {
      parameters.put(TEACHER_WEIGHT, teacherWeight);
      parameters.put(TEACHER_BIAS, teacherBias);
    }
  }
}
