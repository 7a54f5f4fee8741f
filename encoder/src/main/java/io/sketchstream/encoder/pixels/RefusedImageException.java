package io.sketchstream.encoder.pixels;

/// Why an image or a sketch is not accepted, in words for whoever sent it.
public final class RefusedImageException extends Exception {
  private static final long serialVersionUID = 1L;

  public RefusedImageException(String reason) {
    super(reason);
  }

  public RefusedImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
