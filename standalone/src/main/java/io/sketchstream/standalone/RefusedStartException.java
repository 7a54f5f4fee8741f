package io.sketchstream.standalone;

/// Why the start is refused, in one sentence for the user.
final class RefusedStartException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedStartException(String sentence) {
    super(sentence);
  }

  RefusedStartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
