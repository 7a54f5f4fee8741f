package io.sketchstream.training.leadership;

import java.io.Serial;

/// A request that the leader refuses, with the reason.
public final class CommandRefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// What kind of refusal.
  public enum Kind {
    /// The request itself is invalid.
    INVALID,
    /// Another request of this kind runs.
    BUSY,
    /// The generation or run does not exist.
    UNKNOWN,
    /// The current state does not allow it.
    CONFLICT,
    /// Another instance leads, or none does yet.
    NOT_LEADING
  }

  private final Kind kind;

  public CommandRefusedException(Kind kind, String reason) {
    super(reason);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
