package io.sketchstream.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// An OpenTelemetry collector (OTLP over HTTP) that keeps the spans in memory.
///
/// **Owns:** its server, until [#close].
final class SpanCollector implements AutoCloseable {
  private final List<Seen> spans = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  /// One span as it came.
  ///
  /// @param process the instance of a service that made it
  record Seen(String process, Span span) {
    String name() {
      return span.getName();
    }

    String id() {
      return hex(span.getSpanId());
    }

    String parent() {
      return hex(span.getParentSpanId());
    }

    String trace() {
      return hex(span.getTraceId());
    }

    String attribute(String key) {
      return text(span.getAttributesList(), key);
    }
  }

  SpanCollector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /// The value for `tracing.endpoint`.
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// The received spans of a trace.
  List<Seen> trace(String id) {
    return spans.stream().filter(span -> span.trace().equals(id)).toList();
  }

  Optional<Seen> find(String trace, String name) {
    return trace(trace).stream().filter(span -> span.name().equals(name)).findFirst();
  }

  /// Names from a span up to the topmost received span, and the parent of that.
  List<String> lineage(String trace, String name) {
    List<String> names = new java.util.ArrayList<>();
    Optional<Seen> at = find(trace, name);
    while (at.isPresent()) {
      names.add(at.get().span().getKind().name().replace("SPAN_KIND_", "") + " " + at.get().name());
      String parent = at.get().parent();
      at = trace(trace).stream().filter(span -> span.id().equals(parent)).findFirst();
      if (at.isEmpty()) {
        names.add(parent);
      }
    }
    return names;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      for (ResourceSpans resource : request.getResourceSpansList()) {
        String process = text(resource.getResource().getAttributesList(), "service.instance.id");
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          scope.getSpansList().forEach(span -> spans.add(new Seen(process, span)));
        }
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static String text(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(attribute ->
            attribute.getValue().hasStringValue()
                ? attribute.getValue().getStringValue()
                : Long.toString(attribute.getValue().getIntValue()))
        .findFirst()
        .orElse("");
  }

  private static String hex(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
