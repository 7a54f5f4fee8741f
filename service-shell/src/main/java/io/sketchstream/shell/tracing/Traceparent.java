package io.sketchstream.shell.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The W3C header that names a span: `00-<trace>-<span>-<flags>`.
final class Traceparent {
  private static final Pattern VALID =
      Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})");

  private Traceparent() {}

  /// The context that a header names; the root of a new trace for anything else.
  ///
  /// @param header null when there was none
  static Context parse(String header) {
    Matcher parts = VALID.matcher(header == null ? "" : header);
    if (!parts.matches()) {
      return Context.root();
    }
    SpanContext caller =
        SpanContext.createFromRemoteParent(
            parts.group(1),
            parts.group(2),
            TraceFlags.fromHex(parts.group(3), 0),
            TraceState.getDefault());
    return Context.root().with(Span.wrap(caller));
  }

  static String format(SpanContext span) {
    return "00-%s-%s-%s"
        .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex());
  }
}
