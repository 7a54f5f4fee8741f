package io.sketchstream.encoder;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.util.Optional;

/// What a model knows beside its embeddings: a linear map from the embedding before normalisation
/// to the logits of a classifier, its former teacher. Searches don't use it. A training that starts
/// from the model holds on to its answers, so that it needs no teacher. It lies in
/// `model.safetensors`, so another head is another generation.
///
/// @param weight one row per class of the classifier
/// @param bias one number per class
public record KnowledgeHead(Tensor weight, Tensor bias) {
  static final String WEIGHT = "knowledge.weight";
  static final String BIAS = "knowledge.bias";

  public KnowledgeHead {
    if (weight.shape().size() != 2 || !bias.shape().equals(weight.shape().subList(0, 1))) {
      throw new IllegalArgumentException(
          "%s has shape %s and %s has %s".formatted(WEIGHT, weight.shape(), BIAS, bias.shape()));
    }
  }

  /// The head among these tensors; empty if there is none.
  ///
  /// @throws BrokenModelException when it is damaged; says how
  public static Optional<KnowledgeHead> of(Weights stored) throws BrokenModelException {
    Optional<Tensor> weight = stored.find(WEIGHT);
    Optional<Tensor> bias = stored.find(BIAS);
    if (weight.isEmpty() && bias.isEmpty()) {
      return Optional.empty();
    }
    if (weight.isEmpty() || bias.isEmpty()) {
      throw new BrokenModelException("there is only one of %s and %s".formatted(WEIGHT, BIAS));
    }
    if (!weight.get().isFinite() || !bias.get().isFinite()) {
      throw new BrokenModelException(WEIGHT + " or " + BIAS + " holds a number that is not finite");
    }
    try {
      return Optional.of(new KnowledgeHead(weight.get(), bias.get()));
    } catch (IllegalArgumentException e) {
      throw new BrokenModelException(e.getMessage(), e);
    }
  }

  /// Weights with this head, to write as a model.
  public Weights in(Weights weights) {
    return weights.with(WEIGHT, weight).with(BIAS, bias);
  }

  /// How many classes it distinguishes.
  public int classes() {
    return bias.shape().getFirst();
  }

  static Weights without(Weights stored) {
    return stored.without(WEIGHT).without(BIAS);
  }

  /// @param dimension of the model's embeddings
  /// @throws BrokenModelException when there is a head that is damaged or does not fit
  static void check(Weights stored, int dimension) throws BrokenModelException {
    Optional<KnowledgeHead> head = of(stored);
    if (head.isPresent() && head.get().weight().shape().get(1) != dimension) {
      throw new BrokenModelException(
          "tensor %s has shape %s, the embeddings have %d dimensions"
              .formatted(WEIGHT, head.get().weight().shape(), dimension));
    }
  }
}
