package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.embed.generations.EncoderSource;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.events.Webhook;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.decode.CanonicalImage;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.HostileMessages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StandingLoopTest {
  private static final Generation FIRST = new Generation("w1");
  private static final Generation NEXT = new Generation("w2");

  @TempDir static Path home;
  private static TestKafka kafka;

  private final FakeEncoder encoder = FakeEncoder.fast(7);
  private final FakeEncoder nextEncoder = FakeEncoder.fast(8);
  private final EncoderSource source =
      model -> model.getGeneration().equals(NEXT.id()) ? nextEncoder : encoder;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeAll
  static void start() throws Exception {
    kafka = new TestKafka(home);
    kafka.model(FIRST, ModelState.ACTIVE, 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  @Order(1)
  void embedsASketchAndKeepsTheOtherFields() throws Exception {
    StandingQuery boats = sketched("boats", "a boat").toBuilder().setFilter("tag:sea").build();
    StandingQuery like =
        boats.toBuilder()
            .clearSketch()
            .setQueryId("like")
            .setImageId("image-1")
            .setWebhook(
                Webhook.newBuilder().setUrl("https://a").setSecret("nobody-elses".repeat(2)))
            .build();
    try (Embedder _ = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      send("boats", boats.toByteArray());
      send("like", like.toByteArray());
      StandingQueryEmbedded embedded = await(FIRST, "like", "boats").get("boats").orElseThrow();
      assertArrayEquals(encoder.expected("a boat").toArray(), vector(embedded));
      assertEquals(boats.toBuilder().clearSketch().build(), embedded.getQuery());
      StandingQueryEmbedded byImage = table(FIRST).get("like").orElseThrow();
      assertEquals(like.toBuilder().clearWebhook().build(), byImage.getQuery());
      assertEquals(0, byImage.getVectorCount());
    }
  }

  @Test
  @Order(2)
  void embedsOnlyNewQueriesAfterARestart() throws Exception {
    try (Embedder _ = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      send("trees", sketched("trees", "a tree").toByteArray());
      send("boats", null);
      await(FIRST, "trees");
      Await.until("the removal", () -> table(FIRST).get("boats").isEmpty());
    }
    assertEquals(1, encoder.passes.stream().mapToInt(Integer::intValue).sum());
  }

  @Test
  @Order(3)
  void embedsAllQueriesForANewGeneration() throws Exception {
    kafka.model(NEXT, ModelState.BACKFILLING, 0);
    try (Embedder _ = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      StandingQueryEmbedded embedded = await(NEXT, "trees").get("trees").orElseThrow();
      assertArrayEquals(nextEncoder.expected("a tree").toArray(), vector(embedded));
      assertEquals("w2", embedded.getGeneration());
    }
  }

  @Test
  @Order(4)
  void keepsAnInvalidSketchWithTheReason() throws Exception {
    try (Embedder _ = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      send("bad", sketched("bad", "refused").toByteArray());
      send("worse", sketched("worse", "bug").toByteArray());
      send("spoilt", sketched("spoilt", "spoil it").toByteArray());
      Map<String, Optional<StandingQueryEmbedded>> table = await(FIRST, "bad", "worse", "spoilt");
      for (String id : List.of("bad", "worse", "spoilt")) {
        StandingQueryEmbedded refused = table.get(id).orElseThrow();
        assertFalse(refused.getRefusal().isEmpty(), id);
        assertEquals(0, refused.getVectorCount());
      }
    }
  }

  /// As ingest makes it, so that a photo of the gallery finds itself; again in each generation.
  @Test
  @Order(5)
  void embedsAPhotoLikeAnImageOfTheGallery() throws Exception {
    byte[] file = jpeg(500, 400);
    String canonical =
        new String(CanonicalImage.of(file, new ImageDecoder(ImageLimits.DEFAULT)).jpeg(), UTF_8);
    StandingQuery photo =
        sketched("photo", "").toBuilder()
            .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFrom(file)))
            .setPhoto(true)
            .build();
    try (Embedder _ = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      send("photo", photo.toByteArray());
      send(
          "no-photo",
          sketched("no-photo", "text").toBuilder().setPhoto(true).build().toByteArray());
      for (Generation generation : List.of(FIRST, NEXT)) {
        Map<String, Optional<StandingQueryEmbedded>> table = await(generation, "photo", "no-photo");
        FakeEncoder by = generation.equals(FIRST) ? encoder : nextEncoder;
        assertArrayEquals(
            by.expected(canonical).toArray(), vector(table.get("photo").orElseThrow()));
        assertTrue(table.get("photo").orElseThrow().getQuery().getPhoto());
        String refusal = table.get("no-photo").orElseThrow().getRefusal();
        assertTrue(refusal.startsWith("the photo can't be used"), refusal);
      }
    }
  }

  private static byte[] jpeg(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, 0x010305 * (i % 251));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", bytes);
    return bytes.toByteArray();
  }

  /// Whatever a field holds, the record is refused or embedded, and the next one is read.
  @Test
  @Order(6)
  void survivesHostileFieldValues() throws Exception {
    StandingQuery example =
        sketched("hostile", "a cat").toBuilder()
            .setName("name")
            .setFilter("tag:a")
            .setText("words")
            .setOneIn(5)
            .setReplyPartition(1)
            .setUntil(Timestamp.newBuilder().setSeconds(9))
            .build();
    List<HostileMessages.Row> rows = HostileMessages.of(example);
    try (Embedder _ = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      for (HostileMessages.Row row : rows) {
        kafka.sendLater(Topics.STANDING_QUERIES.name(), 0, "hostile", row.bytes());
      }
      kafka.sendLater(Topics.STANDING_QUERIES.name(), 0, "", new byte[] {1});
      send("after", sketched("after", "after").toByteArray());
      await(FIRST, "after");
    }
    List<ConsumerRecord<byte[], byte[]>> refused =
        kafka.records(Topics.STANDING_QUERIES.deadLetters().name());
    assertTrue(refused.size() > 20, refused.size() + " of " + rows.size() + " were refused");
    assertTrue(
        refused.stream()
            .noneMatch(
                record -> EventHeaders.text(record.headers(), EventHeaders.REASON).isEmpty()));
  }

  private static StandingQuery sketched(String id, String drawn) {
    return StandingQuery.newBuilder()
        .setQueryId(id)
        .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8(drawn)))
        .setCreatedAt(Timestamp.newBuilder().setSeconds(1))
        .build();
  }

  private static void send(String id, byte[] value) throws Exception {
    kafka.send(Topics.STANDING_QUERIES.name(), 0, id, value);
  }

  private static Map<String, Optional<StandingQueryEmbedded>> await(
      Generation generation, String... ids) throws Exception {
    Await.until(
        List.of(ids) + " in " + generation,
        () -> table(generation).keySet().containsAll(List.of(ids)));
    return table(generation);
  }

  /// What the topic of a generation says; empty for a removed query.
  private static Map<String, Optional<StandingQueryEmbedded>> table(Generation generation)
      throws Exception {
    String topic = Topics.standingQueryEmbeddings(generation).name();
    Map<String, Optional<StandingQueryEmbedded>> table = new HashMap<>();
    if (!kafka.admin.listTopics().names().get().contains(topic)) {
      return table;
    }
    for (ConsumerRecord<byte[], byte[]> record : kafka.records(topic)) {
      table.put(
          new String(record.key(), UTF_8),
          record.value() == null
              ? Optional.empty()
              : Optional.of(StandingQueryEmbedded.parseFrom(record.value())));
    }
    return table;
  }

  private static float[] vector(StandingQueryEmbedded embedded) {
    float[] vector = new float[embedded.getVectorCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = embedded.getVector(i);
    }
    return vector;
  }
}
