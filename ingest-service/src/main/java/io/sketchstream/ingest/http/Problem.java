package io.sketchstream.ingest.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.ingest.intake.RefusedException;
import java.util.List;

/// An error as RFC 9457 describes it, with a word for programs and, for an upload of many files,
/// what became of each.
///
/// @param detail names the input and the reason, for people
/// @param reason the reason as one word, such as `too-large`
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
    String type, String title, int status, String detail, String reason, List<FileResult> results) {
  static final String MEDIA_TYPE = "application/problem+json";

  static Problem of(int status, String reason, String detail) {
    return new Problem("about:blank", titleOf(status), status, detail, reason, List.of());
  }

  /// @param input what the message is about, such as a file name
  static Problem of(RefusedException e, String input) {
    return of(e.reason().status(), e.reason().word(), input + ": " + e.getMessage());
  }

  static Problem unavailable(String detail) {
    return of(503, "unavailable", detail);
  }

  Problem with(List<FileResult> fileResults) {
    return new Problem(type, title, status, detail, reason, fileResults);
  }

  private static String titleOf(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 413 -> "Content Too Large";
      case 422 -> "Unprocessable Content";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> "Error";
    };
  }
}
