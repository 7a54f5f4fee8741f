package io.sketchstream.images.process;

/// No decoder process was free in time, or none can be started. The file is not at fault: the
/// caller may try again.
public final class DecoderUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DecoderUnavailableException(String reason) {
    super(reason);
  }

  DecoderUnavailableException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
