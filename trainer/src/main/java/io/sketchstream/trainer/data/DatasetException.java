package io.sketchstream.trainer.data;

import java.io.Serial;

/// A dataset that can't be used: a folder or a class is missing, or a file is no picture. The
/// message is one sentence that says which and what to do.
public final class DatasetException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public DatasetException(String message) {
    super(message);
  }

  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
