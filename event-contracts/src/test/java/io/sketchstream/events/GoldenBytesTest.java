package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
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
  private static final Timestamp TIME =
      Timestamp.newBuilder().setSeconds(1_700_000_000L).setNanos(5).build();
  private static final ImageAttributes ATTRIBUTES =
      ImageAttributes.newBuilder()
          .setUri("file:///a.jpg")
          .setTitle("Tench")
          .addTags("fish")
          .addTags("süß")
          .putExtra("place", "lake")
          .build();
  private static final SearchError ERROR =
      SearchError.newBuilder().setCode(SearchErrorCode.BAD_SKETCH).setMessage("empty").build();
  private static final StageTiming TIMING =
      StageTiming.newBuilder().setStage("encode").setMicros(8_125).build();
  private static final SearchRequest REQUEST =
      SearchRequest.newBuilder()
          .setK(10)
          .setFilter("tag:fish")
          .setText("tench")
          .setReplyPartition(3)
          .addAfter(ImagePosition.newBuilder().setPartition(1).setOffset(42))
          .setSubmittedAt(TIME)
          .setDeadline(TIME)
          .build();

  @TestFactory
  List<DynamicTest> everyEventKeepsItsBytes() throws IOException {
    Map<String, String> golden = golden();
    return events().entrySet().stream()
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
  void everyFieldOfEveryMessageIsCovered() {
    TreeSet<String> unset = new TreeSet<>();
    Sketchstream.getDescriptor()
        .getMessageTypes()
        .forEach(type -> type.getFields().forEach(field -> unset.add(field.getFullName())));
    events().values().forEach(event -> markSet(event, unset));
    assertTrue(unset.isEmpty(), "no golden event sets " + unset);
  }

  @Test
  void enumsKeepTheirNumbers() {
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
  void headersKeepTheirBytes() throws IOException {
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

  private static Map<String, Message> events() {
    Map<String, Message> events = new LinkedHashMap<>();
    events.put(
        "ImageIngested",
        ImageIngested.newBuilder()
            .setImageId("image-1")
            .setJpeg(ByteString.fromHex("ffd8ffd9"))
            .setAttributes(ATTRIBUTES)
            .setContentSha256(ByteString.fromHex("00ff"))
            .setIngestedAt(TIME)
            .setWidth(320)
            .setHeight(256)
            .build());
    events.put(
        "ImageEmbedded",
        ImageEmbedded.newBuilder()
            .setImageId("image-1")
            .addVector(0.6f)
            .addVector(-0.8f)
            .setAttributes(ATTRIBUTES)
            .setIngestedAt(TIME)
            .setSourcePartition(1)
            .setSourceOffset(1L << 40)
            .build());
    Sketch strokes =
        Sketch.newBuilder()
            .setStrokes(
                Strokes.newBuilder()
                    .addStrokes(Stroke.newBuilder().addX(1).addX(2.5f).addY(3).addY(4)))
            .build();
    Sketch raster = Sketch.newBuilder().setRaster(ByteString.fromHex("89504e47")).build();
    events.put("SketchSubmitted.strokes", submitted(strokes));
    events.put("SketchSubmitted.raster", submitted(raster));
    events.put(
        "SketchSubmitted.generation",
        SketchSubmitted.newBuilder()
            .setRequest(SearchRequest.newBuilder().setGeneration("g2"))
            .build());
    events.put(
        "SketchEmbedded",
        SketchEmbedded.newBuilder()
            .setQueryId("query-1")
            .setGeneration("g1")
            .addVector(1)
            .addVector(0)
            .setError(ERROR)
            .setRequest(REQUEST)
            .addTimings(TIMING)
            .build());
    events.put(
        "SearchAnswered",
        SearchAnswered.newBuilder()
            .setQueryId("query-1")
            .setGeneration("g1")
            .addHits(
                Hit.newBuilder()
                    .setImageId("image-1")
                    .setScore(0.75f)
                    .setAttributes(ATTRIBUTES)
                    .setIngestedAt(TIME))
            .setShardsTotal(2)
            .setShardsAnswered(1)
            .setError(ERROR)
            .addTimings(TIMING)
            .build());
    events.put(
        "SketchSubmitted.page",
        SketchSubmitted.newBuilder()
            .setQueryId("query-1")
            .setRequest(
                SearchRequest.newBuilder().setComplete(true).setSearchAfter("cursor").setFacets(5))
            .build());
    events.put(
        "SearchAnswered.page",
        SearchAnswered.newBuilder()
            .setNext("cursor")
            .addFacets(TagCount.newBuilder().setTag("tench").setCount(3))
            .build());
    events.put("ExampleLabelled.image", labelled().setImageId("image-1").build());
    events.put("ExampleLabelled.sketch", labelled().setSketch(strokes).build());
    events.put(
        "ModelChanged",
        ModelChanged.newBuilder()
            .setGeneration("g1")
            .setState(ModelState.ACTIVE)
            .setArtifactUri("file:///models/g1")
            .setArtifactSha256("ab")
            .setNetwork("compact")
            .setDimension(512)
            .putMetrics("map", 0.5)
            .setReason("first")
            .setChangedAt(TIME)
            .setEpoch(7)
            .build());
    events.put("ExampleLabelled.wrong", labelled().setImageId("image-1").setWrong(true).build());
    events.put(
        "ModelChanged.origin",
        ModelChanged.newBuilder().setGeneration("g1").setOrigin(ModelOrigin.TRAINED).build());
    events.put(
        "TrainingRunChanged",
        TrainingRunChanged.newBuilder()
            .setRunId("run-1")
            .setState(TrainingRunState.NOT_BETTER)
            .setPhase("train")
            .setPhaseDone(3)
            .setPhaseTotal(160)
            .putLosses("total", 1.5)
            .setImagesPerSecond(40)
            .setEtaSeconds(90.5)
            .setBaseGeneration("g1")
            .setGeneration("g2")
            .putMetrics("difference.mAP", -0.5)
            .setTrigger("asked for")
            .setReason("worse")
            .setStartedAt(TIME)
            .setChangedAt(TIME)
            .addSnapshot(
                TopicEnd.newBuilder().setTopic("labels").setPartition(1).setOffset(1L << 40))
            .putOverrides("iterations", "3")
            .setRestarts(2)
            .build());
    events.put(
        "ModelChanged.paused",
        ModelChanged.newBuilder()
            .setGeneration("g2")
            .setState(ModelState.BACKFILLING)
            .setPaused(true)
            .build());
    events.put("ModelChanged.probation", ModelChanged.newBuilder().setProbation(true).build());
    events.put("ModelChanged.deleted", ModelChanged.newBuilder().setArtifactDeleted(true).build());
    events.put("ModelChanged.heldOut", ModelChanged.newBuilder().setHeldOutShare(0.2).build());
    return events;
  }

  private static SketchSubmitted submitted(Sketch sketch) {
    return SketchSubmitted.newBuilder()
        .setQueryId("query-1")
        .setSketch(sketch)
        .setRequest(REQUEST)
        .build();
  }

  private static ExampleLabelled.Builder labelled() {
    return ExampleLabelled.newBuilder()
        .setLabelId("label-1")
        .setClassName("tench")
        .setLabelledBy("eve")
        .setLabelledAt(TIME);
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
