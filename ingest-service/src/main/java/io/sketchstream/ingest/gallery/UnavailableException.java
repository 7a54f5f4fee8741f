package io.sketchstream.ingest.gallery;

/// The gallery can't answer now, though it may soon; the message says why, for the caller.
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnavailableException(String reason) {
    super(reason);
  }

  public UnavailableException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /// A wait was interrupted, which happens only when the service stops. The thread stays
  /// interrupted.
  static UnavailableException stopping(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new UnavailableException("the service is stopping", e);
  }
}
