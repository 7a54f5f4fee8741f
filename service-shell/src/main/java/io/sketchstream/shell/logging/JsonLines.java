package io.sketchstream.shell.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/// Writes each log record as one line of JSON, with the field names of the Elastic Common Schema.
///
/// **Threads:** any.
final class JsonLines extends ExtFormatter {
  private static final String ECS_VERSION = "8.17";

  private final JsonFactory factory = new JsonFactory();
  private final String service;

  /// @param service becomes `service.name`
  JsonLines(String service) {
    this.service = service;
  }

  @Override
  public String format(ExtLogRecord record) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("@timestamp", record.getInstant().toString());
      json.writeStringField("log.level", record.getLevel().getName());
      json.writeStringField("message", record.getFormattedMessage());
      json.writeStringField("log.logger", record.getLoggerName());
      json.writeStringField("process.thread.name", record.getThreadName());
      json.writeStringField("service.name", service);
      json.writeStringField("ecs.version", ECS_VERSION);
      for (Map.Entry<String, String> field : fields(record).entrySet()) {
        json.writeStringField(field.getKey(), field.getValue());
      }
      if (record.getThrown() != null) {
        error(json, record.getThrown());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string writer failed", e);
    }
    return line.append('\n').toString();
  }

  /// The ids of the [LogFields], and of the current span of this thread.
  private static Map<String, String> fields(ExtLogRecord record) {
    Map<String, String> fields = new TreeMap<>(record.getMdcCopy());
    SpanContext span = Span.current().getSpanContext();
    if (span.isValid()) {
      fields.put(LogFields.TRACE, span.getTraceId());
      fields.put("span.id", span.getSpanId());
    }
    return fields;
  }

  private static void error(JsonGenerator json, Throwable thrown) throws IOException {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    json.writeStringField("error.type", thrown.getClass().getName());
    json.writeStringField("error.message", String.valueOf(thrown.getMessage()));
    json.writeStringField("error.stack_trace", trace.toString());
  }
}
