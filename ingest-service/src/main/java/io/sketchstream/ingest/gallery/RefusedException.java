package io.sketchstream.ingest.gallery;

import java.util.Locale;

/// An upload that is not accepted and need not be repeated; the message names the reason.
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /// The reason as a word for metrics and programs.
  public enum Reason {
    BAD_ID(400),
    BAD_ATTRIBUTES(400),
    BAD_REQUEST(400),
    OTHER_GALLERY(403),
    TOO_LARGE(413),
    BAD_IMAGE(422);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    /// The HTTP status that says this.
    public int status() {
      return status;
    }

    /// Such as `too-large`.
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public RefusedException(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  public RefusedException(Reason reason, String detail, Throwable cause) {
    super(detail, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
