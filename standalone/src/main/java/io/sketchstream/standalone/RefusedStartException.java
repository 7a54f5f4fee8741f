package io.sketchstream.standalone;

/// Why nothing can start, in one sentence for whoever typed the command.
final class RefusedStartException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedStartException(String sentence) {
    super(sentence);
  }

  RefusedStartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
