package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import java.util.Map;

/// What can be asked of the rollout; [RolloutRules] says what follows from each.
sealed interface RolloutCommand {
  /// A model to serve. With none active it is, at once; otherwise its rollout begins. A known model
  /// stays as it is, apart from where it is stored; one whose weights were deleted begins anew.
  ///
  /// @param origin where it came from
  record Register(StoredModel model, Map<String, Double> metrics, String reason, ModelOrigin origin)
      implements RolloutCommand {}

  /// A model that did not pass its gate: for the record, never served by itself.
  record RegisterRejected(StoredModel model, Map<String, Double> metrics, String reason)
      implements RolloutCommand {}

  /// Begin the backfill that waits longest, unless a rollout is under way.
  record BeginNext() implements RolloutCommand {}

  /// A backfill has all images and passed its comparison.
  record MarkReady(ModelChanged model, String reason) implements RolloutCommand {}

  /// A ready generation answers from now on.
  record ActivateReady(ModelChanged model, String reason) implements RolloutCommand {}

  /// Somebody wants this generation served: at once when it has all images, otherwise once it has.
  record Activate(String generation) implements RolloutCommand {}

  /// Hold a backfill, or let it go on.
  record Pause(String generation, boolean paused, String reason) implements RolloutCommand {}

  /// Serve the previous generation again.
  record RollBack(String reason) implements RolloutCommand {}

  /// Serve a generation never again, unless it is asked for by name. The active one gives way to
  /// the previous one.
  record Reject(String generation, String reason) implements RolloutCommand {}

  /// The weights of a generation that is over are about to be deleted.
  record ForgetArtifact(String generation) implements RolloutCommand {}
}
