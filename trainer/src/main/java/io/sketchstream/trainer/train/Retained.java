package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.trainer.data.Example;
import java.util.List;
import java.util.Optional;

/// What a training keeps of the model that it starts from, so that nothing is forgotten.
///
/// @param unlabelled photos that only have to stay where they were
/// @param sketchBank of that model. A bank of a few taught classes would take their own photos for
///   hubs; empty: one is made of the training sketches
public record Retained(List<Example> unlabelled, Optional<Tensor> sketchBank) {
  /// Nothing.
  public static final Retained NOTHING = new Retained(List.of(), Optional.empty());

  public Retained {
    unlabelled = List.copyOf(unlabelled);
  }
}
