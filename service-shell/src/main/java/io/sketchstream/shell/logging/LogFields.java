package io.sketchstream.shell.logging;

import io.sketchstream.events.EventHeaders;
import org.apache.kafka.common.header.Headers;
import org.jboss.logging.MDC;

/// Fields of the log lines of this thread, until it is closed: in JSON lines, and as `%X{query.id}`
/// in a text format.
///
/// **Threads:** the one that created it.
public final class LogFields implements AutoCloseable {
  static final String TRACE = "trace.id";

  private static final int TRACE_BEGIN = 3; // After the version, `00-`.
  private static final int TRACE_END = 35;

  private final String key;

  private LogFields(String key) {
    this.key = key;
  }

  /// Fields of a search.
  public static LogFields query(String id, Headers headers) {
    return of("query.id", id, headers);
  }

  /// Fields of an image.
  public static LogFields image(String id, Headers headers) {
    return of("image.id", id, headers);
  }

  /// @param headers of the record; they name its trace
  private static LogFields of(String key, String value, Headers headers) {
    MDC.put(key, value);
    String traceparent = EventHeaders.text(headers, EventHeaders.TRACEPARENT);
    if (traceparent.length() > TRACE_END) {
      MDC.put(TRACE, traceparent.substring(TRACE_BEGIN, TRACE_END));
    }
    return new LogFields(key);
  }

  @Override
  public void close() {
    MDC.remove(key);
    MDC.remove(TRACE);
  }
}
