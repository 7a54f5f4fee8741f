package io.sketchstream.ingest.http;

import java.util.List;

/// What became of an upload of many files, in their order.
record BatchResult(
    long accepted, long unchanged, long rejected, long failed, List<FileResult> results) {
  static BatchResult of(List<FileResult> results) {
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
