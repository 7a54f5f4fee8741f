package io.sketchstream.trainer.train;

import io.sketchstream.encoder.KnowledgeHead;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.trainer.data.Example;
import java.util.List;
import java.util.Optional;

/// What a training keeps of the model that it starts from, against forgetting.
///
/// @param unlabelled photos whose embeddings must not move
/// @param sketchBank sketch bank of that model. In a bank of only a few classes, their own photos
///   would count as hubs. Empty: a bank is made from the training sketches
/// @param knowledge of that model. Without a teacher its own answers are preserved; the trained
///   model gets it as well
public record Retained(
    List<Example> unlabelled, Optional<Tensor> sketchBank, Optional<KnowledgeHead> knowledge) {
  /// Keeps nothing.
  public static final Retained NOTHING =
      new Retained(List.of(), Optional.empty(), Optional.empty());

  public Retained {
    unlabelled = List.copyOf(unlabelled);
  }
}
