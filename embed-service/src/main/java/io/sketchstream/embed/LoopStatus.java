package io.sketchstream.embed;

/// How a loop is doing.
///
/// @param reason why it is not running, for people; empty when it is
record LoopStatus(State state, String reason) {
  enum State {
    /// Opening what it needs.
    STARTING,
    RUNNING,
    /// Failed; starts again after a wait.
    FAILING,
    /// The model artifact can't be used.
    BROKEN,
    STOPPED
  }

  static final LoopStatus STARTING = new LoopStatus(State.STARTING, "");
  static final LoopStatus RUNNING = new LoopStatus(State.RUNNING, "");
  static final LoopStatus STOPPED = new LoopStatus(State.STOPPED, "");

  static LoopStatus failing(Throwable failure) {
    String message = failure.getMessage();
    return new LoopStatus(State.FAILING, message == null ? failure.toString() : message);
  }

  static LoopStatus broken(Throwable failure) {
    return new LoopStatus(State.BROKEN, failure.getMessage());
  }

  @Override
  public String toString() {
    return reason.isEmpty() ? state.name() : state + ": " + reason;
  }
}
