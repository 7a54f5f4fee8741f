package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.embed.generations.EncoderSource;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.SearchError;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.StageTiming;
import io.sketchstream.events.Strokes;
import io.sketchstream.events.Topics;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.decode.CanonicalImage;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.testing.Await;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SketchLoopTest {
  private static final SearchRequest REQUEST =
      SearchRequest.newBuilder().setK(5).setReplyPartition(3).build();

  @TempDir static Path home;
  private static TestKafka kafka;

  private final FakeEncoder encoder = FakeEncoder.fast(7);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeAll
  static void start() {
    kafka = new TestKafka(home);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  @Order(1)
  void refusesWhenNoGenerationIsActive() throws Exception {
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      kafka.sketch("q-none", "a cat", REQUEST);
      SketchEmbedded answer = kafka.answer("q-none");
      assertEquals(SearchErrorCode.UNAVAILABLE, answer.getError().getCode());
      assertEquals("no generation is active yet", answer.getError().getMessage());
    }
  }

  @Test
  @Order(2)
  void answersWithEmbeddingRequestTraceAndTimings() throws Exception {
    kafka.model(new Generation("s1"), ModelState.ACTIVE, 1);
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      kafka.sketch("q-cat", "a cat", REQUEST);
      SketchEmbedded answer = kafka.answer("q-cat");
      assertEquals("s1", answer.getGeneration());
      assertEquals(REQUEST, answer.getRequest());
      assertVector(encoder, "a cat", answer);
      assertEquals(
          List.of("sketches-hop", "queue", "decode", "encode"),
          answer.getTimingsList().stream().map(StageTiming::getStage).toList());
    }
  }

  @Test
  @Order(9)
  void embedsAPhotoLikeAnIngestedOne() throws Exception {
    BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(7, 7, 0xff8800);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(picture, "png", png));
    byte[] canonical =
        CanonicalImage.of(png.toByteArray(), new ImageDecoder(ImageLimits.DEFAULT)).jpeg();
    SearchRequest photo = REQUEST.toBuilder().setPhoto(true).build();
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      SketchSubmitted submitted =
          SketchSubmitted.newBuilder()
              .setQueryId("q-photo")
              .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFrom(png.toByteArray())))
              .setRequest(photo)
              .build();
      kafka.send(Topics.SKETCHES.name(), null, "q-photo", submitted.toByteArray());
      kafka.send(
          Topics.SKETCHES.name(),
          null,
          "q-drawn",
          submitted.toBuilder()
              .setQueryId("q-drawn")
              .setSketch(Sketch.newBuilder().setStrokes(Strokes.getDefaultInstance()))
              .build()
              .toByteArray());
      assertVector(encoder, new String(canonical, UTF_8), kafka.answer("q-photo"));
      SearchError refusal = kafka.answer("q-drawn").getError();
      assertEquals(SearchErrorCode.BAD_SKETCH, refusal.getCode());
      assertTrue(refusal.getMessage().contains("not strokes"), refusal.getMessage());
    }
  }

  /// As with SVG files that keep the decoder processes busy.
  @Test
  @Order(3)
  void slowFilesStopNoStrokes() throws Exception {
    kafka.model(new Generation("s1"), ModelState.ACTIVE, 1);
    encoder.slow = new CountDownLatch(1);
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry);
        AutoCloseable _ = encoder.slow::countDown) {
      for (int i = 0; i < 30; i++) {
        kafka.sketch("q-slow-" + i, "slow " + i, REQUEST);
      }
      SketchSubmitted strokes =
          SketchSubmitted.newBuilder()
              .setQueryId("q-quick")
              .setSketch(Sketch.newBuilder().setStrokes(Strokes.getDefaultInstance()))
              .setRequest(REQUEST)
              .build();
      kafka.send(Topics.SKETCHES.name(), null, "q-quick", strokes.toByteArray());
      assertVector(encoder, "", kafka.answer("q-quick"));
      encoder.slow.countDown();
      List<String> slow = IntStream.range(0, 30).mapToObj(i -> "q-slow-" + i).toList();
      long refused =
          kafka.answers(slow).values().stream()
              .filter(answer -> answer.getError().getCode() == SearchErrorCode.UNAVAILABLE)
              .count();
      assertTrue(refused > 0 && refused < 30, refused + " of 30 were too many to wait");
    }
  }

  @Test
  @Order(2)
  void answersInTheRequestedGeneration() throws Exception {
    kafka.model(new Generation("s1"), ModelState.ACTIVE, 1);
    kafka.model(new Generation("s1-next"), ModelState.BACKFILLING, 0);
    try (Embedder embedder = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      Await.until(
          "both run",
          () ->
              List.of("RUNNING", "RUNNING")
                  .equals(List.copyOf(embedder.generations().statuses().values())));
      kafka.sketch("q-next", "a cat", REQUEST.toBuilder().setGeneration("s1-next").build());
      kafka.sketch("q-active", "a cat", REQUEST);
      kafka.sketch("q-gone", "a cat", REQUEST.toBuilder().setGeneration("gone").build());
      assertEquals("s1-next", kafka.answer("q-next").getGeneration());
      assertEquals("s1", kafka.answer("q-active").getGeneration());
      SearchError refusal = kafka.answer("q-gone").getError();
      assertEquals(SearchErrorCode.UNAVAILABLE, refusal.getCode());
      assertEquals("generation 'gone' is not served", refusal.getMessage());
    }
    kafka.model(new Generation("s1-next"), ModelState.RETIRED, 0);
  }

  @Test
  @Order(3)
  void refusesBadSketchesWithTheReason() throws Exception {
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      kafka.sketch("q-refused", "refused", REQUEST);
      kafka.sketch("q-bug", "bug", REQUEST);
      kafka.sketch("q-spoil", "spoil", REQUEST);
      kafka.send(Topics.SKETCHES.name(), null, "q-junk", new byte[] {(byte) 0xff, 1});
      ProducerRecord<byte[], byte[]> empty =
          new ProducerRecord<>(Topics.SKETCHES.name(), "q-empty".getBytes(UTF_8), null);
      kafka.producer.send(empty).get();
      List<String> queries = List.of("q-refused", "q-bug", "q-spoil", "q-junk", "q-empty");
      Map<String, SketchEmbedded> answers = kafka.answers(queries);
      for (String query : queries) {
        assertEquals(SearchErrorCode.BAD_SKETCH, answers.get(query).getError().getCode(), query);
      }
      assertTrue(answers.get("q-refused").getError().getMessage().contains("not an image"));
      List<ConsumerRecord<byte[], byte[]>> letters = kafka.records("sketches-dead-letter");
      assertEquals(5, letters.size());
      letters.forEach(letter ->
          assertTrue(!EventHeaders.text(letter.headers(), EventHeaders.REASON).isEmpty()));
    }
  }

  @Test
  @Order(4)
  void asksToRetryWithoutADecoder() throws Exception {
    int letters = kafka.records("sketches-dead-letter").size();
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      encoder.withoutDecoder.set(1);
      kafka.sketch("q-no-decoder", "a cat", REQUEST);
      SearchError error = kafka.answer("q-no-decoder").getError();
      assertEquals(SearchErrorCode.UNAVAILABLE, error.getCode());
      assertEquals("no decoder process", error.getMessage());
      kafka.sketch("q-decoder-back", "a cat", REQUEST);
      assertVector(encoder, "a cat", kafka.answer("q-decoder-back"));
    }
    assertEquals(letters, kafka.records("sketches-dead-letter").size());
  }

  @Test
  @Order(5)
  void doesNotWaitBehindABacklogOfImages() throws Exception {
    for (int i = 0; i < 600; i++) {
      kafka.image(i % 2, "backlog-" + i, "image " + i);
    }
    FakeEncoder slow = new FakeEncoder(7, TimeUnit.MILLISECONDS.toNanos(15), () -> {});
    try (Embedder _ = kafka.embedder(_ -> slow, TestKafka.options(64, 1), registry)) {
      Await.until("images are on the device", () -> slow.passes.size() > 4);
      long worst = 0;
      for (int i = 0; i < 5; i++) {
        kafka.sketch("q-first-" + i, "first " + i, REQUEST);
        SketchEmbedded answer = kafka.answer("q-first-" + i);
        assertVector(slow, "first " + i, answer);
        worst = Math.max(worst, micros(answer, "queue"));
      }
      assertTrue(worst < Duration.ofMillis(300).toNanos() / 1000, "waited " + worst + " us");
      double embedded = registry.get("embed.images.embedded").counter().count();
      assertTrue(embedded < 590, "the backlog is over already: " + embedded);
    }
  }

  @Test
  @Order(6)
  void switchesGenerationsWithoutLosingASketch() throws Exception {
    Generation next = new Generation("s2");
    FakeEncoder nextEncoder = FakeEncoder.fast(8);
    EncoderSource source = model -> model.getGeneration().equals("s2") ? nextEncoder : encoder;
    try (Embedder embedder = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      kafka.model(next, ModelState.BACKFILLING, 0);
      kafka.awaitEmbedded(next);
      for (int i = 0; i < 60; i++) {
        kafka.sketch("q-switch-" + i, "switch " + i, REQUEST);
        if (i == 20) {
          kafka.model(next, ModelState.ACTIVE, 2);
          kafka.model(new Generation("s1"), ModelState.RETIRED, 1);
        }
      }
      Await.until("the switch", () -> next.equals(embedder.generations().active().generation()));
      kafka.sketch("q-switch-60", "switch 60", REQUEST);
      Map<String, SketchEmbedded> answers =
          kafka.answers(IntStream.rangeClosed(0, 60).mapToObj(i -> "q-switch-" + i).toList());
      for (int i = 0; i <= 60; i++) {
        SketchEmbedded answer = answers.get("q-switch-" + i);
        FakeEncoder by = answer.getGeneration().equals("s2") ? nextEncoder : encoder;
        assertVector(by, "switch " + i, answer);
      }
      assertEquals("s2", kafka.answer("q-switch-60").getGeneration());
    }
  }

  private static long micros(SketchEmbedded answer, String stage) {
    return answer.getTimingsList().stream()
        .filter(timing -> timing.getStage().equals(stage))
        .mapToLong(StageTiming::getMicros)
        .sum();
  }

  static void assertVector(FakeEncoder by, String bytes, SketchEmbedded answer) {
    float[] vector = new float[answer.getVectorCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = answer.getVector(i);
    }
    assertArrayEquals(by.expected(bytes).toArray(), vector, 1e-6f, answer.getError().getMessage());
  }
}
