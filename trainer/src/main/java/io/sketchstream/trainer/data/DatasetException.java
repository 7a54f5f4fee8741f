package io.sketchstream.trainer.data;

import java.io.Serial;

/// A dataset that can't be used: a folder or a class is missing, or a file is not a picture. The
/// message is one sentence that names it and the remedy.
public final class DatasetException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public DatasetException(String message) {
    super(message);
  }

  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
