package io.sketchstream.shell.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
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
      case JacksonException json -> of(json);
      case NoSuchFileException _, FileNotFoundException _ -> "a file is missing";
      case AccessDeniedException _ -> "a file may not be used";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      case FileSystemException _ -> "a file can't be used";
      default -> failure.getMessage() == null ? "the reason is unknown" : failure.getMessage();
    };
  }

  /// Where JSON is wrong.
  public static String of(JacksonException json) {
    if (json instanceof StreamConstraintsException) {
      return "JSON that is nested too deeply, or has too long a name, text or number";
    }
    JsonLocation at = json.getLocation();
    String text = String.valueOf(json.getOriginalMessage());
    return (text.contains("UTF-8") ? "not valid UTF-8" : "not valid JSON")
        + (at == null ? "" : place(at));
  }

  static String place(JsonLocation at) {
    return " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}
