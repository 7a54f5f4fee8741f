package io.sketchstream.cli.backup;

/// A backup that can't be used. The message names the file and what is wrong with it.
public final class BrokenBackupException extends Exception {
  private static final long serialVersionUID = 1L;

  BrokenBackupException(String message) {
    super(message);
  }

  BrokenBackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
