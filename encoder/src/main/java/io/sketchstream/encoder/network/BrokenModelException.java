package io.sketchstream.encoder.network;

/// Why a model cannot be used: a file is missing, damaged, tampered with or fits no known network.
/// One clear sentence.
public final class BrokenModelException extends Exception {
  private static final long serialVersionUID = 1L;

  public BrokenModelException(String reason) {
    super(reason);
  }

  public BrokenModelException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
