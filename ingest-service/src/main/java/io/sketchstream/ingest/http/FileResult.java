package io.sketchstream.ingest.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.ingest.gallery.Gallery.Acknowledged;
import io.sketchstream.shell.problem.Problem;

/// The outcome of one file of an upload.
///
/// @param file the file name that the part gave
/// @param status `accepted`, `unchanged`, `rejected` (for good) or `failed` (try again)
@JsonInclude(JsonInclude.Include.NON_NULL)
record FileResult(String file, String imageId, String position, String status, Problem problem) {
  static FileResult of(String file, Acknowledged acknowledged) {
    return new FileResult(
        file, acknowledged.imageId(), acknowledged.position(), acknowledged.status(), null);
  }

  static FileResult rejected(String file, Problem problem) {
    return new FileResult(file, null, null, "rejected", problem);
  }

  static FileResult failed(String file, Problem problem) {
    return new FileResult(file, null, null, "failed", problem);
  }

  boolean written() {
    return problem == null;
  }
}
