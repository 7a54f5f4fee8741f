package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.training.data.HeldOutClasses;
import java.net.URI;
import java.util.Map;

/// An artifact in the model store.
///
/// @param sha256 of its weights
/// @param uri of its directory
/// @param metrics what its training measured
/// @param heldOut classes that its training left out
record StoredModel(
    Generation generation,
    String sha256,
    URI uri,
    String network,
    int dimension,
    Map<String, Double> metrics,
    HeldOutClasses heldOut) {}
