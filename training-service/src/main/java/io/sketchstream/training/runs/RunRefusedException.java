package io.sketchstream.training.runs;

import java.io.Serial;

/// Why a run that somebody asked for is not started or stopped.
final class RunRefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /// What kind of refusal.
  enum Kind {
    BAD_REQUEST,
    UNKNOWN_RUN,
    CONFLICT,
    /// Another instance leads, or none can for the moment.
    NOT_HERE
  }

  private final Kind kind;

  RunRefusedException(Kind kind, String reason) {
    super(reason);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
