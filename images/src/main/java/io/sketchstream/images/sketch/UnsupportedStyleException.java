package io.sketchstream.images.sketch;

/// A style sheet has an unsupported rule.
final class UnsupportedStyleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedStyleException(String reason) {
    super(reason);
  }
}
