package io.sketchstream.ingest.http;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/// The outcomes of an upload of several files, in their order.
record BatchResult(
    long accepted, long unchanged, long rejected, long failed, List<FileResult> results) {
  private static final int UNAVAILABLE = 503;
  private static final int UNPROCESSABLE = 422;

  /// 202 if any file was written, else a problem that lists what is wrong with each.
  static Response response(List<FileResult> results) {
    if (results.stream().anyMatch(FileResult::written)) {
      return Response.accepted(of(results)).type(MediaType.APPLICATION_JSON_TYPE).build();
    }
    String detail =
        results.size() == 1
            ? results.getFirst().problem().detail()
            : "none of the %d files was accepted".formatted(results.size());
    String reason = String.valueOf(results.getFirst().problem().members().get("reason"));
    return Problems.of(commonStatus(results), reason, detail).with("results", results).response();
  }

  /// The status of all files where it is the same; 503 outweighs the rest, as it is worth a retry.
  private static int commonStatus(List<FileResult> results) {
    List<Integer> statuses =
        results.stream().map(result -> result.problem().status()).distinct().toList();
    if (statuses.contains(UNAVAILABLE)) {
      return UNAVAILABLE;
    }
    return statuses.size() == 1 ? statuses.getFirst() : UNPROCESSABLE;
  }

  private static BatchResult of(List<FileResult> results) {
    return new BatchResult(
        count(results, "accepted"),
        count(results, "unchanged"),
        count(results, "rejected"),
        count(results, "failed"),
        results);
  }

  private static long count(List<FileResult> results, String status) {
    return results.stream().filter(result -> result.status().equals(status)).count();
  }
}
