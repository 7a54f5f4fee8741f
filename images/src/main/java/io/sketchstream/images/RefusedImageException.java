package io.sketchstream.images;

/// Why an image or a sketch is refused; the message is for the sender.
public final class RefusedImageException extends Exception {
  private static final long serialVersionUID = 1L;

  public RefusedImageException(String reason) {
    super(reason);
  }

  public RefusedImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
