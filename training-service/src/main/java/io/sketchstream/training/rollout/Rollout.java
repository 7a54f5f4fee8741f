package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Where a trained model goes. Only the leading instance takes one; any training may run there.
public interface Rollout {
  /// In the recipe of a model's manifest: it was not trained on classes whose name hashes below
  /// this share. Not there when examples were held out instead, or nothing.
  String HELD_OUT_SHARE = "heldOutShare";

  /// Whether this instance decides, and so trains.
  boolean leads();

  /// The generation that answers searches, if there is one.
  Optional<Generation> active();

  /// The model of a generation, read from the model store and verified.
  ///
  /// @throws BrokenModelException when it is not there any more or damaged
  /// @throws IllegalStateException when there is no such generation
  ModelArtifact artifact(Generation generation) throws BrokenModelException;

  /// Copies an artifact into the model store and begins its rollout; a known one stays as it is.
  ///
  /// @param metrics what its evaluation measured, by name
  /// @param reason why it should be served, for people
  /// @throws BrokenModelException when the artifact can't be used
  /// @throws IllegalStateException when the rollout can't take it now
  Generation offer(Path artifact, Map<String, Double> metrics, String reason)
      throws BrokenModelException, IOException;

  /// Copies an artifact that did not pass into the model store, for the record.
  ///
  /// @throws BrokenModelException when the artifact can't be used
  /// @throws IllegalStateException when the rollout can't take it now
  Generation reject(Path artifact, Map<String, Double> metrics, String reason)
      throws BrokenModelException, IOException;

  /// Says whose artifacts are still needed, so that they are not deleted when they retire.
  void keepWhile(Predicate<Generation> needed);
}
