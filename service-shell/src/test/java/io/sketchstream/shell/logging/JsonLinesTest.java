package io.sketchstream.shell.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final JsonLines lines = new JsonLines("embed-service");

  @Test
  void writesOneLineOfJsonForEveryMessage() throws Exception {
    ExtLogRecord record = record("say \"%s\"\n\ttwice \u0001");
    record.setParameters(new Object[] {"hé"});
    record.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    String line = lines.format(record);
    assertEquals(line.length() - 1, line.indexOf('\n'), line);
    JsonNode json = new ObjectMapper().readTree(line);
    assertEquals("say \"hé\"\n\ttwice \u0001", json.get("message").asText());
    assertEquals("2026-01-02T03:04:05.678Z", json.get("@timestamp").asText());
    assertEquals("WARN", json.get("log.level").asText());
    assertEquals("io.sketchstream.Some", json.get("log.logger").asText());
    assertEquals("embed-service", json.get("service.name").asText());
    assertFalse(json.has("error.type"));
    assertFalse(json.has("trace.id"));
  }

  @Test
  void addsContextFieldsOnlyWhileTheyAreSet() throws Exception {
    RecordHeaders headers = new RecordHeaders();
    String traceparent = "00-" + TRACE + "-b7ad6b7169203331-01";
    headers.add("traceparent", traceparent.getBytes(StandardCharsets.US_ASCII));
    try (LogFields _ = LogFields.query("q1", headers)) {
      JsonNode json = new ObjectMapper().readTree(lines.format(record("refused")));
      assertEquals("q1", json.get("query.id").asText());
      assertEquals(TRACE, json.get("trace.id").asText());
    }
    JsonNode json = new ObjectMapper().readTree(lines.format(record("refused")));
    assertFalse(json.has("query.id") || json.has("trace.id"), json::toString);
  }

  @Test
  void includesTheException() throws Exception {
    ExtLogRecord record = record("it failed");
    record.setThrown(new IllegalStateException("no room"));
    JsonNode json = new ObjectMapper().readTree(lines.format(record));
    assertEquals("java.lang.IllegalStateException", json.get("error.type").asText());
    assertEquals("no room", json.get("error.message").asText());
    assertTrue(json.get("error.stack_trace").asText().contains("JsonLinesTest"));
  }

  private static ExtLogRecord record(String message) {
    ExtLogRecord record =
        new ExtLogRecord(
            Level.WARN, message, ExtLogRecord.FormatStyle.PRINTF, JsonLinesTest.class.getName());
    record.setLoggerName("io.sketchstream.Some");
    return record;
  }
}
