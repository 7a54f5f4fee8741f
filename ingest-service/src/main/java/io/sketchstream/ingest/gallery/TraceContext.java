package io.sketchstream.ingest.gallery;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// The W3C trace context of a request, carried along in the headers of the events it causes.
///
/// @param traceparent a valid `traceparent` value, version 00
/// @param continued whether this span exists, in a request; otherwise it only names a new trace
public record TraceContext(String traceparent, boolean continued) {
  private static final Pattern VALID =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /// Continues the caller's trace, or starts one when the header is missing or not valid.
  ///
  /// @param header the `traceparent` request header; null when there was none
  public static TraceContext continuing(String header) {
    return header != null && VALID.matcher(header).matches()
        ? new TraceContext(header, true)
        : started();
  }

  /// A new trace.
  public static TraceContext started() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new TraceContext(
        "00-%016x%016x-%016x-01"
            .formatted(random.nextLong() | 1, random.nextLong(), random.nextLong() | 1),
        false);
  }
}
