package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import java.util.Optional;
import java.util.OptionalDouble;

/// Compares nothing.
final class NoJudge implements Judge {
  @Override
  public Comparison compare(ModelChanged candidate, ModelChanged reference) {
    return new Comparison.NotNeeded("it is turned off");
  }

  @Override
  public OptionalDouble errorShare(long fromMillis, long toMillis) {
    return OptionalDouble.empty();
  }

  @Override
  public Optional<Refusals> refusals(
      ModelChanged candidate, ModelChanged reference, long sinceMillis) {
    return Optional.empty();
  }
}
