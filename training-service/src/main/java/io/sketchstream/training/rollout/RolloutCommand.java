package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import java.util.Map;

/// The commands to the rollout; [RolloutRules] defines their effects.
sealed interface RolloutCommand {
  /// A model to serve. With none active it is, at once; otherwise its rollout begins. A known model
  /// stays as it is, apart from where it is stored; one whose weights were deleted starts over.
  ///
  /// @param origin where it came from
  record Register(StoredModel model, Map<String, Double> metrics, String reason, ModelOrigin origin)
      implements RolloutCommand {}

  /// A model that did not pass its gate: kept for the record, never served automatically.
  record RegisterRejected(StoredModel model, Map<String, Double> metrics, String reason)
      implements RolloutCommand {}

  /// Begin the backfill that waits longest, unless a rollout is under way.
  record BeginNext() implements RolloutCommand {}

  /// A backfill has all images and passed its comparison.
  record MarkReady(ModelChanged model, String reason) implements RolloutCommand {}

  /// A ready generation answers from now on.
  record ActivateReady(ModelChanged model, String reason) implements RolloutCommand {}

  /// Serve this generation: at once when it has all images, otherwise as soon as it has.
  record Activate(String generation) implements RolloutCommand {}

  /// Pause or resume a backfill.
  record Pause(String generation, boolean paused, String reason) implements RolloutCommand {}

  /// Serve the previous generation again.
  record RollBack(String reason) implements RolloutCommand {}

  /// Never serve a generation again, unless it is activated by name. If it is active, the previous
  /// one is served again.
  record Reject(String generation, String reason) implements RolloutCommand {}

  /// The weights of a generation that has ended are about to be deleted.
  record ForgetArtifact(String generation) implements RolloutCommand {}
}
