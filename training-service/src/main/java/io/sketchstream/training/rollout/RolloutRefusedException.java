package io.sketchstream.training.rollout;

/// Why a change of the rollout that someone asked for is not made.
final class RolloutRefusedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /// What kind of refusal.
  enum Kind {
    UNKNOWN_GENERATION,
    CONFLICT,
    /// Another instance leads, or none can for the moment.
    NOT_HERE
  }

  private final Kind kind;

  RolloutRefusedException(Kind kind, String reason) {
    super(reason);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
