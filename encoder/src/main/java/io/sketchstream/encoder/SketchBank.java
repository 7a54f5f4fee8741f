package io.sketchstream.encoder;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.score.Hubness;
import java.util.List;
import java.util.Optional;

/// The bank of sketch embeddings that a model carries beside its weights, from which a photo's
/// [Hubness] is computed. It lies in `model.safetensors`, so another bank is another generation.
public final class SketchBank {
  /// The bank's tensor: sketches x dimension, each row of unit length.
  public static final String TENSOR = "sketch_bank";

  private SketchBank() {}

  /// The tensor to write with a model's weights: `weights.with(SketchBank.TENSOR, tensor)`.
  ///
  /// @param sketches embeddings of training sketches, spread over the classes; 1 to
  ///   [Hubness#ROWS_MAX]
  public static Tensor tensor(List<Embedding> sketches) {
    int dimension = sketches.getFirst().dimension();
    float[] values = new float[sketches.size() * dimension];
    for (int row = 0; row < sketches.size(); row++) {
      System.arraycopy(sketches.get(row).toArray(), 0, values, row * dimension, dimension);
    }
    return new Tensor(List.of(sketches.size(), dimension), values);
  }

  /// The hubness of photos; 0 for all where the weights hold no bank.
  ///
  /// @param dimension of the model's embeddings
  /// @throws BrokenModelException when the bank is damaged; says how
  static Hubness hubness(Weights weights, int dimension) throws BrokenModelException {
    Optional<Tensor> bank = weights.find(TENSOR);
    if (bank.isEmpty()) {
      return Hubness.none();
    }
    List<Integer> shape = bank.get().shape();
    if (shape.size() != 2 || shape.get(1) != dimension) {
      throw new BrokenModelException(
          "tensor %s has shape %s, the embeddings have %d dimensions"
              .formatted(TENSOR, shape, dimension));
    }
    try {
      return Hubness.ofBank(bank.get().values(), dimension);
    } catch (IllegalArgumentException e) {
      throw new BrokenModelException("tensor " + TENSOR + " is damaged: " + e.getMessage(), e);
    }
  }
}
