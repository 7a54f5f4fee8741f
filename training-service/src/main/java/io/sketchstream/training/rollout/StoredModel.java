package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.trainer.data.HeldOutExamples;
import java.net.URI;
import java.util.Map;

/// An artifact in the model store.
///
/// @param sha256 of its weights
/// @param uri of its directory
/// @param metrics of its training
/// @param heldOut labelled examples that were left out of its training
record StoredModel(
    Generation generation,
    String sha256,
    URI uri,
    String network,
    int dimension,
    Map<String, Double> metrics,
    HeldOutExamples heldOut) {}
