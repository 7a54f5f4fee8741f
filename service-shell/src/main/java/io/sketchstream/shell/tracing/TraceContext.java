package io.sketchstream.shell.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.sketchstream.events.EventHeaders;
import java.util.HashMap;
import java.util.Map;

/// The W3C trace context of a request, carried along in the headers of the records it causes.
///
/// @param traceparent a valid `traceparent` value, version 00
/// @param continued whether this span exists, in a request; otherwise it only names a new trace
public record TraceContext(String traceparent, boolean continued) {
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<Map<String, String>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> headers) {
          return headers.keySet();
        }

        @Override
        public String get(Map<String, String> headers, String key) {
          return headers.get(key);
        }
      };

  /// Continues the caller's trace, or starts one when the header is missing or not valid.
  ///
  /// @param header the `traceparent` request header; null when there was none
  public static TraceContext continuing(String header) {
    SpanContext caller = Span.fromContext(parse(header)).getSpanContext();
    return caller.isValid() ? new TraceContext(format(caller), true) : started();
  }

  /// A new trace.
  public static TraceContext started() {
    IdGenerator ids = IdGenerator.random();
    SpanContext first =
        SpanContext.create(
            ids.generateTraceId(),
            ids.generateSpanId(),
            TraceFlags.getSampled(),
            TraceState.getDefault());
    return new TraceContext(format(first), false);
  }

  /// The context that a header names; the root of a new trace for anything else.
  ///
  /// @param header null when there was none
  static Context parse(String header) {
    return header == null
        ? Context.root()
        : W3C.extract(Context.root(), Map.of(EventHeaders.TRACEPARENT, header), HEADERS);
  }

  static String format(SpanContext span) {
    Map<String, String> headers = new HashMap<>();
    W3C.inject(Context.root().with(Span.wrap(span)), headers, Map::put);
    return headers.getOrDefault(EventHeaders.TRACEPARENT, "");
  }
}
