package io.sketchstream.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Parameters that are trained with the network but are not part of the model: a vector for each
/// class and, if it is trained, the preservation head.
///
/// **Threads:** one. **Owns:** nothing; the arrays live as long as the manager they are given.
final class Heads {
  private static final String PREFIX = "heads.";
  private static final String CLASS_VECTORS = PREFIX + "class_vectors";
  private static final String PRESERVATION_WEIGHT = PREFIX + "preservation.weight";
  private static final String PRESERVATION_BIAS = PREFIX + "preservation.bias";

  private final SequencedMap<String, NDArray> arrays = new LinkedHashMap<>();

  /// @param tensors from [#start] or a checkpoint
  Heads(NDManager manager, SequencedMap<String, Tensor> tensors) {
    tensors.forEach((name, tensor) -> {
      long[] shape = tensor.shape().stream().mapToLong(extent -> extent).toArray();
      NDArray array = manager.create(tensor.values(), new Shape(shape));
      array.setRequiresGradient(true);
      arrays.put(name, array);
    });
  }

  /// The initial heads: class vectors at the means of their photos, and the fitted preservation
  /// head.
  static SequencedMap<String, Tensor> start(
      TrainingConfig.Objectives objectives, Supervision supervision, int dimension) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(CLASS_VECTORS, rows(supervision.classMeans(), dimension));
    if (objectives.preservation() > 0 && objectives.trainedHead()) {
      LinearMap head = supervision.preservationHead();
      tensors.put(PRESERVATION_WEIGHT, rows(head.weight(), dimension));
      tensors.put(PRESERVATION_BIAS, new Tensor(List.of(head.outputs()), head.bias()));
    }
    return tensors;
  }

  private static Tensor rows(float[] values, int width) {
    return new Tensor(List.of(values.length / width, width), values);
  }

  /// The heads in a checkpoint.
  static SequencedMap<String, Tensor> of(Weights checkpoint) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
    tensors.keySet().removeIf(name -> !name.startsWith(PREFIX));
    return tensors;
  }

  /// All of them, for a checkpoint.
  SequencedMap<String, NDArray> all() {
    return Collections.unmodifiableSequencedMap(arrays);
  }

  /// The heads that these objectives train.
  SequencedMap<String, NDArray> trained(TrainingConfig.Objectives objectives) {
    SequencedMap<String, NDArray> trained = new LinkedHashMap<>(arrays);
    if (objectives.classification() == 0) {
      trained.remove(CLASS_VECTORS);
    }
    return trained;
  }

  /// One row per class.
  NDArray classVectors() {
    return arrays.get(CLASS_VECTORS);
  }

  /// Whether the preservation head is present.
  boolean preserve() {
    return arrays.containsKey(PRESERVATION_WEIGHT);
  }

  NDArray preservationWeight() {
    return arrays.get(PRESERVATION_WEIGHT);
  }

  NDArray preservationBias() {
    return arrays.get(PRESERVATION_BIAS);
  }
}
