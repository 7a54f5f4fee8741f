package io.sketchstream.cli;

/// Ends a command with one line for the user and an exit code.
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CommandFailure(String message) {
    this(message, Main.FAILED);
  }

  CommandFailure(String message, int exitCode) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
