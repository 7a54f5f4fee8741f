package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is in a record, each reader goes on and answers it exactly once, without a restart.
final class HostileRecordsTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Generation GENERATION = new Generation("hostile");
  private static final int TOO_LARGE = 2 * TopicProvisioner.RECORD_SIZE_MAX;

  @TempDir static Path home;
  private static TestKafka kafka;

  private final FakeEncoder encoder = FakeEncoder.fast(7);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeAll
  static void start() throws Exception {
    kafka = new TestKafka(home);
    kafka.model(GENERATION, ModelState.ACTIVE, 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void answersEverySketchOnce() throws Exception {
    SketchSubmitted example =
        SketchSubmitted.newBuilder()
            .setQueryId("q")
            .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8("a cat")))
            .setRequest(
                SearchRequest.newBuilder()
                    .setK(10)
                    .setFilter("tag:cat")
                    .setText("cat")
                    .addAfter(ImagePosition.newBuilder().setOffset(1))
                    .setSubmittedAt(Instants.timestamp(NOON))
                    .setDeadline(Instants.timestamp(Instants.MAX))
                    .setSearchAfter("x"))
            .build();
    List<Row> rows = HostileMessages.of(example);
    try (KafkaProducer<byte[], byte[]> compressing = compressing()) {
      int sent = send(compressing, Topics.SKETCHES.name(), rows);
      compressing.send(new ProducerRecord<>(Topics.SKETCHES.name(), null, null)).get();
      compressing
          .send(new ProducerRecord<>(Topics.SKETCHES.name(), new byte[TOO_LARGE], new byte[9]))
          .get();
      compressing
          .send(
              new ProducerRecord<>(
                  Topics.SKETCHES.name(),
                  "q-too-large".getBytes(UTF_8),
                  sketch("q-too-large", "refused" + "x".repeat(TOO_LARGE)).toByteArray()))
          .get();
      try (Embedder embedder = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
        kafka.sketch("q-last", "a cat", SearchRequest.newBuilder().setK(1).build());
        Await.until(
            "all are answered",
            () -> kafka.records(Topics.SKETCH_EMBEDDINGS.name()).size() >= sent + 4);
        assertEquals(sent + 4, kafka.records(Topics.SKETCH_EMBEDDINGS.name()).size());
        assertFalse(kafka.answer("q-last").hasError());
        assertEquals("RUNNING", embedder.sketches().toString());
      }
    }
    assertEquals(SearchErrorCode.BAD_SKETCH, kafka.answer("q-too-large").getError().getCode());
    for (ConsumerRecord<byte[], byte[]> record : kafka.records(Topics.SKETCH_EMBEDDINGS.name())) {
      SketchEmbedded answer = SketchEmbedded.parseFrom(record.value());
      assertTrue(record.serializedValueSize() < 100_000, "an answer is small");
      assertTrue(answer.hasError() || answer.getVectorCount() == FakeEncoder.DIMENSION);
    }
    assertEquals(0, failures());
  }

  @Test
  void answersEveryImageAtItsPosition() throws Exception {
    ImageIngested example =
        ImageIngested.newBuilder()
            .setImageId("cat")
            .setJpeg(ByteString.copyFromUtf8("a cat"))
            .setAttributes(
                ImageAttributes.newBuilder().setTitle("Cat").addTags("a").putExtra("b", "c"))
            .setContentSha256(ByteString.copyFrom(new byte[32]))
            .setIngestedAt(Instants.timestamp(NOON))
            .setWidth(4)
            .setHeight(4)
            .build();
    List<Row> rows = HostileMessages.of(example);
    try (KafkaProducer<byte[], byte[]> compressing = compressing()) {
      int sent = send(compressing, Topics.IMAGES.name(), rows);
      compressing
          .send(
              new ProducerRecord<>(
                  Topics.IMAGES.name(),
                  0,
                  "too-large".getBytes(UTF_8),
                  example.toBuilder()
                      .setJpeg(ByteString.copyFromUtf8("refused" + "x".repeat(TOO_LARGE)))
                      .build()
                      .toByteArray()))
          .get();
      compressing
          .send(new ProducerRecord<>(Topics.IMAGES.name(), 0, new byte[TOO_LARGE], new byte[9]))
          .get();
      kafka.image(0, "last", "a cat");
      try (Embedder embedder = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
        kafka.awaitEmbedded(GENERATION);
        assertEquals("RUNNING", embedder.generations().statuses().get(GENERATION.id()));
      }
      List<ConsumerRecord<byte[], byte[]>> answers =
          kafka.records(Topics.imageEmbeddings(GENERATION).name());
      assertEquals(sent + 2, answers.size(), "all but the one whose id is too long");
      Map<String, ImageEmbedded> state = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> answer : answers) {
        String id = new String(answer.key(), UTF_8);
        if (answer.value() == null) {
          state.remove(id);
        } else {
          state.put(id, ImageEmbedded.parseFrom(answer.value()));
        }
      }
      assertTrue(state.containsKey("last"));
      assertFalse(state.containsKey("too-large"));
      for (ImageEmbedded image : state.values()) {
        assertEquals(image.getIngestedAt(), Instants.timestamp(Instants.of(image.getIngestedAt())));
      }
    }
    assertEquals(0, failures());
  }

  @Test
  void followsModelsDespiteHostileRecords() throws Exception {
    ModelChanged example =
        ModelChanged.newBuilder()
            .setGeneration("other")
            .setState(ModelState.REGISTERED)
            .setArtifactUri("file:///nowhere")
            .setArtifactSha256("00")
            .setNetwork("compact")
            .setDimension(FakeEncoder.DIMENSION)
            .putMetrics("map", 0.5)
            .setReason("a test")
            .setChangedAt(Instants.timestamp(NOON))
            .setOrigin(ModelOrigin.TRAINED)
            .build();
    try (KafkaProducer<byte[], byte[]> compressing = compressing()) {
      for (Row row : HostileMessages.of(example)) {
        compressing
            .send(
                new ProducerRecord<>(Topics.MODELS.name(), 0, "other".getBytes(UTF_8), row.bytes()))
            .get();
      }
    }
    kafka.send(Topics.MODELS.name(), 0, "other", null);
    Generation next = new Generation("next");
    kafka.model(next, ModelState.BACKFILLING, 0);
    try (Embedder embedder = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
      Await.until(
          "the generation after them is embedded",
          () -> embedder.generations().statuses().containsKey(next.id()));
      Await.until("the follower goes on", () -> embedder.models().isRunning());
      kafka.model(next, ModelState.RETIRED, 0);
    }
  }

  /// @return how many records were sent
  private static int send(KafkaProducer<byte[], byte[]> producer, String topic, List<Row> rows)
      throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      byte[] key = ("row-" + i).getBytes(UTF_8);
      sent.add(producer.send(new ProducerRecord<>(topic, 0, key, rows.get(i).bytes())));
    }
    for (Future<RecordMetadata> record : sent) {
      record.get();
    }
    return rows.size();
  }

  private static Message sketch(String queryId, String bytes) {
    return SketchSubmitted.newBuilder()
        .setQueryId(queryId)
        .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8(bytes)))
        .build();
  }

  private double failures() {
    return registry.find("worker.failures").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  /// What compresses well passes the broker's limit, and is too large when it is written again.
  private static KafkaProducer<byte[], byte[]> compressing() {
    Map<String, Object> settings = new HashMap<>(kafka.settings());
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 * TOO_LARGE);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L * TOO_LARGE);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
