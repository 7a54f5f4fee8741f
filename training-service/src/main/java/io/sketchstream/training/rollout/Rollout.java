package io.sketchstream.training.rollout;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Where a trained model goes. Only the leading instance takes one; any training may run there.
public interface Rollout {
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
}
