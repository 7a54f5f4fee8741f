package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The contract, byte for byte: records written today are read by clients of another year. A field
/// whose number, type or presence changes turns one of these red. `golden-bytes.properties` may
/// gain lines; a line in it never changes.
final class GoldenBytesTest {

  @TestFactory
  List<DynamicTest> everyEventKeepsItsBytes() throws IOException {
    Map<String, String> golden = golden();
    return GoldenEvents.all().entrySet().stream()
        .map(event ->
            DynamicTest.dynamicTest(
                event.getKey(),
                () -> {
                  byte[] bytes = event.getValue().toByteArray();
                  assertEquals(golden.get(event.getKey()), HexFormat.of().formatHex(bytes));
                  assertEquals(
                      event.getValue(), event.getValue().getParserForType().parseFrom(bytes));
                }))
        .toList();
  }

  /// An event without golden bytes is not guarded, nor is a field that no golden event sets.
  @Test
  void coversEveryFieldOfEveryMessage() {
    TreeSet<String> unset = new TreeSet<>();
    Sketchstream.getDescriptor()
        .getMessageTypes()
        .forEach(type -> type.getFields().forEach(field -> unset.add(field.getFullName())));
    GoldenEvents.all().values().forEach(event -> markSet(event, unset));
    assertTrue(unset.isEmpty(), "no golden event sets " + unset);
  }

  @Test
  void keepsTheNumbersOfEnums() {
    assertEquals(
        "SEARCH_ERROR_CODE_UNSPECIFIED=0 BAD_SKETCH=1 BAD_REQUEST=2 NOT_YET_VISIBLE=3 UNAVAILABLE=4"
            + " DEADLINE_EXCEEDED=5 NO_SUCH_IMAGE=6 OVERLOADED=7",
        numbers(SearchErrorCode.getDescriptor()));
    assertEquals(
        "MODEL_STATE_UNSPECIFIED=0 REGISTERED=1 BACKFILLING=2 READY=3 ACTIVE=4 STANDBY=5 RETIRED=6"
            + " REJECTED=7",
        numbers(ModelState.getDescriptor()));
    assertEquals(
        "MODEL_ORIGIN_UNSPECIFIED=0 SHIPPED=1 CONFIGURED=2 TRAINED=3",
        numbers(ModelOrigin.getDescriptor()));
    assertEquals(
        "TRAINING_RUN_STATE_UNSPECIFIED=0 RUNNING=1 PROMOTED=2 NOT_BETTER=3 FAILED=4 CANCELLED=5",
        numbers(TrainingRunState.getDescriptor()));
  }

  @Test
  void keepsTheBytesOfHeaders() throws IOException {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.describe(
        headers,
        "ingest-service",
        ImageIngested.class,
        "image-1",
        Instant.parse("2026-01-02T03:04:05Z"));
    EventHeaders.setImagesOffset(headers, 258);
    EventHeaders.refuse(headers, "images", 1, 42, "no image");
    String text =
        java.util.Arrays.stream(headers.toArray())
            .map(GoldenBytesTest::describe)
            .collect(Collectors.joining(" "));
    assertEquals(golden().get("headers"), text);
    assertEquals(
        new EventHeaders.Origin("images", 1, 42), EventHeaders.origin(headers).orElseThrow());
    assertTrue(EventHeaders.origin(new RecordHeaders()).isEmpty());
    RecordHeaders refusedBy = new RecordHeaders();
    EventHeaders.setRefusedBy(refusedBy, new Generation("g1"));
    assertEquals(golden().get("headers.refusedBy"), describe(refusedBy.toArray()[0]));
  }

  private static String describe(Header header) {
    return header.key() + "=" + HexFormat.of().formatHex(header.value());
  }

  private static String numbers(com.google.protobuf.Descriptors.EnumDescriptor type) {
    return type.getValues().stream()
        .map(value -> value.getName() + "=" + value.getNumber())
        .collect(Collectors.joining(" "));
  }

  private static void markSet(Message message, TreeSet<String> unset) {
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      unset.remove(field.getKey().getFullName());
      List<?> values = field.getValue() instanceof List<?> list ? list : List.of(field.getValue());
      for (Object value : values) {
        if (value instanceof Message nested && !field.getKey().isMapField()) {
          markSet(nested, unset);
        }
      }
    }
  }

  private static Map<String, String> golden() throws IOException {
    Properties properties = new Properties();
    try (var stream = GoldenBytesTest.class.getResourceAsStream("/golden-bytes.properties")) {
      properties.load(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8));
    }
    Map<String, String> golden = new LinkedHashMap<>();
    properties.forEach((name, hex) -> golden.put((String) name, (String) hex));
    return golden;
  }
}
