package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written because of a record fits into a record, whatever that one has beside its fields.
final class HostileSizesTest {
  private static final Generation GENERATION = new Generation("sizes");

  @TempDir static Path home;
  private static TestKafka kafka;

  private final FakeEncoder encoder = FakeEncoder.fast(7);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeAll
  static void start() throws Exception {
    kafka = new TestKafka(home);
    TestKafka.provisioner().createEmbeddings(kafka.admin, GENERATION);
    kafka.model(GENERATION, ModelState.ACTIVE, 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  /// The dead letter has the headers of its record, and more.
  @Test
  void keepsDeadLettersOfRecordsWithLargeHeaders() throws Exception {
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 20; i++) {
      headers.add("€".repeat(100_000), null); // 300 kB.
    }
    try (KafkaProducer<byte[], byte[]> compressing = compressing()) {
      for (String topic : List.of(Topics.IMAGES.name(), Topics.SKETCHES.name())) {
        compressing
            .send(
                new ProducerRecord<>(
                    topic, 0, "headers".getBytes(UTF_8), new byte[] {(byte) 0xff}, headers))
            .get();
      }
    }
    kafka.image(0, "after-headers", "a cat");
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
      kafka.sketch("after-headers", "a cat", SearchRequest.newBuilder().setK(1).build());
      assertFalse(kafka.answer("after-headers").hasError());
      kafka.awaitEmbedded(GENERATION);
    }
    assertEquals(0, failures());
  }

  /// What is copied into the answer has room in it.
  @Test
  void answersALargeStandingQuery() throws Exception {
    StandingQuery query =
        StandingQuery.newBuilder()
            .setQueryId("large")
            .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8("a boat")))
            .setCreatedAt(Instants.timestamp(Instant.EPOCH))
            .build();
    byte[] large =
        query.toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        18_000,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(
                                ByteString.copyFrom(new byte[2 * TopicProvisioner.RECORD_SIZE_MAX]))
                            .build())
                    .build())
            .build()
            .toByteArray();
    try (KafkaProducer<byte[], byte[]> compressing = compressing();
        Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
      String topic = Topics.STANDING_QUERIES.name();
      compressing.send(new ProducerRecord<>(topic, 0, "large".getBytes(UTF_8), large)).get();
      kafka.send(topic, 0, "small", query.toBuilder().setQueryId("small").build().toByteArray());
      Await.until(
          "the one after it is embedded",
          () ->
              kafka.records(Topics.standingQueryEmbeddings(GENERATION).name()).stream()
                  .anyMatch(record -> new String(record.key(), UTF_8).equals("small")));
    }
    assertEquals(0, failures());
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
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 64 << 20);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L << 20);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
