package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.training.leadership.CommandRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Takes trained models into service. Only the leading instance takes one, so only it trains.
public interface Rollout {
  /// In the recipe of a model's manifest: labelled examples whose hash is below this share were
  /// left out of its training.
  String HELD_OUT_SHARE = "heldOutExamples";

  /// Whether this instance leads.
  boolean leads();

  /// The generation that answers searches, if there is one.
  Optional<Generation> active();

  /// The model of a generation, fetched and verified.
  ///
  /// @throws BrokenModelException when it is missing or damaged
  /// @throws IllegalStateException when there is no such generation
  ModelArtifact artifact(Generation generation) throws BrokenModelException;

  /// Moves an artifact into the model store and begins its rollout; a known model stays as it is.
  ///
  /// @param metrics of its evaluation, by name
  /// @param reason why it should be served, for people
  /// @throws BrokenModelException when the artifact can't be used
  /// @throws CommandRefusedException when the rollout can't take it now
  Generation offer(Path artifact, Map<String, Double> metrics, String reason)
      throws BrokenModelException, IOException;

  /// Moves an artifact that did not pass into the model store, for the record.
  ///
  /// @throws BrokenModelException when the artifact can't be used
  /// @throws CommandRefusedException when the rollout can't take it now
  Generation reject(Path artifact, Map<String, Double> metrics, String reason)
      throws BrokenModelException, IOException;

  /// Declares whose artifacts are still needed, so that they are not deleted when they retire.
  void keepWhile(Predicate<Generation> needed);
}
