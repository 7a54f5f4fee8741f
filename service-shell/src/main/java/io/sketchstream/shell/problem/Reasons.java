package io.sketchstream.shell.problem;

import com.fasterxml.jackson.core.JacksonException;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Why something failed, in words for callers: the exceptions of libraries name paths of this
/// machine and classes.
public final class Reasons {
  private Reasons() {}

  /// What is wrong with a file, but not where it is; where JSON is wrong; else the message.
  public static String of(Throwable failure) {
    return switch (failure) {
      case UncheckedIOException wrapped -> of(wrapped.getCause());
      case JacksonException json -> StrictJson.mistake(json);
      case NoSuchFileException _, FileNotFoundException _ -> "a file is missing";
      case AccessDeniedException _ -> "a file may not be used";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      case FileSystemException _ -> "a file can't be used";
      default -> failure.getMessage() == null ? "the reason is unknown" : failure.getMessage();
    };
  }
}
