package io.sketchstream.shell.problem;

/// Ends a request with a problem. Thrown by resources and filters; code below them has exceptions
/// of its own.
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /// @param problem that the caller gets
  public ProblemException(Problem problem) {
    super(problem.detail(), null, false, false); // Expected, so no stack trace.
    this.problem = problem;
  }

  /// @param detail names the input and the reason, for people
  public ProblemException(int status, String detail) {
    this(Problem.of(status, detail));
  }

  /// What the caller gets.
  public Problem problem() {
    return problem;
  }
}
