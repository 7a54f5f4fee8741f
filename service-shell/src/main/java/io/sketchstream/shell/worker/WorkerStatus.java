package io.sketchstream.shell.worker;

/// The status of a worker.
///
/// @param reason of the last failure while it is failing, else empty
public record WorkerStatus(State state, String reason) {
  /// Phases of a worker.
  public enum State {
    /// Started, and no round is done yet.
    STARTING,
    RUNNING,
    /// Failed; starts again after a wait.
    FAILING,
    STOPPED
  }

  /// Not running yet.
  public static final WorkerStatus STARTING = new WorkerStatus(State.STARTING, "");

  static final WorkerStatus RUNNING = new WorkerStatus(State.RUNNING, "");
  static final WorkerStatus STOPPED = new WorkerStatus(State.STOPPED, "");

  static WorkerStatus failing(Throwable failure) {
    String message = failure.getMessage();
    return new WorkerStatus(State.FAILING, message == null ? failure.toString() : message);
  }

  /// Whether it runs.
  public boolean isRunning() {
    return state == State.RUNNING;
  }

  @Override
  public String toString() {
    return reason.isEmpty() ? state.name() : state + ": " + reason;
  }
}
