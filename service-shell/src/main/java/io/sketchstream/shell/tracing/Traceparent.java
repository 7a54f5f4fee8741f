package io.sketchstream.shell.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.sketchstream.events.EventHeaders;
import java.util.HashMap;
import java.util.Map;

/// The W3C header that names a span.
final class Traceparent {
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

  private Traceparent() {}

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
