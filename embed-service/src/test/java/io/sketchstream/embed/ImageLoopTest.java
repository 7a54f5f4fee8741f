package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.embed.generations.EncoderSource;
import io.sketchstream.embed.generations.EncoderSource.BrokenArtifactException;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class ImageLoopTest extends ImageLoopFixture {
  @Test
  void answersEveryRecordInOrder() throws Exception {
    for (int i = 0; i < 150; i++) {
      kafka.image(i % 2, "order-" + i, "image " + i);
      if (i % 10 == 0) {
        kafka.image(i % 2, "order-" + i, "image " + i + " changed");
      }
      if (i % 15 == 0) {
        kafka.removal(i % 2, "order-" + i);
      }
    }
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
      kafka.awaitEmbedded(generation);
    }
    Map<String, ImageEmbedded> state = assertAnswersAllInOrder();
    assertEquals(150 - 10, state.keySet().stream().filter(id -> id.startsWith("order-")).count());
    assertEmbedded("image 1", state.get("order-1"));
    assertEmbedded("image 10 changed", state.get("order-10"));
    assertEquals("title of order-1", state.get("order-1").getAttributes().getTitle());
    assertTrue(encoder.isClosed());
  }

  /// An attribute is changed, the pixels are not.
  @Test
  void embedsAnImageOnceThoughItsAttributesChange() throws Exception {
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
      long one = kafka.image(0, "tagged", "a picture");
      long other = kafka.image(0, "beside", "another picture");
      for (int i = 0; i < 300; i++) {
        kafka.image(0, "between-" + i, "picture " + i);
      }
      kafka.awaitEmbedded(generation);
      long before = registered("embed.encoded");
      long two = kafka.image(0, "tagged", "a picture", "once", one);
      kafka.awaitEmbedded(generation);
      kafka.image(0, "tagged", "a picture", "twice", two);
      kafka.awaitEmbedded(generation);
      assertEquals(0, registered("embed.encoded") - before, "the network was asked");
      Map<String, ImageEmbedded> state = assertAnswersAllInOrder();
      assertEquals("twice", state.get("tagged").getAttributes().getTitle());
      assertEmbedded("a picture", state.get("tagged"));
      // A hint that is wrong: other pixels, another image, a place that does not exist.
      kafka.image(0, "tagged", "a new picture", "new", two);
      kafka.image(0, "beside", "another one", "wrong", one);
      kafka.image(0, "far", "far away", "far", other + 100_000);
      kafka.awaitEmbedded(generation);
      assertEquals(3, registered("embed.encoded") - before);
      state = assertAnswersAllInOrder();
      assertEmbedded("a new picture", state.get("tagged"));
      assertEmbedded("another one", state.get("beside"));
      assertEmbedded("far away", state.get("far"));
    }
    // Another generation has no embedding to take over.
    Generation next = new Generation(generation.id() + "-next");
    kafka.model(next, ModelState.BACKFILLING, 0);
    try (Embedder _ =
        kafka.embedder(_ -> FakeEncoder.fast(2), TestKafka.options(16, 2), registry)) {
      kafka.awaitEmbedded(next);
      kafka.model(next, ModelState.RETIRED, 0);
    }
  }

  /// Several changes in one poll are answered with the embedding from before all of them.
  @Test
  void takesOverAnEmbeddingThroughABatch() throws Exception {
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
      kafka.image(0, "batched", "a picture");
      kafka.awaitEmbedded(generation);
    }
    long offset = kafka.ends("images").get(new TopicPartition("images", 0)) - 1;
    long before = registered("embed.encoded");
    for (int i = 0; i < 5; i++) {
      offset = kafka.image(0, "batched", "a picture", "title " + i, offset);
    }
    FakeEncoder again = FakeEncoder.fast(2);
    try (Embedder _ = kafka.embedder(_ -> again, TestKafka.options(16, 2), registry)) {
      kafka.awaitEmbedded(generation);
    }
    assertEquals(0, registered("embed.encoded") - before);
    Map<String, ImageEmbedded> state = assertAnswersAllInOrder();
    assertEquals("title 4", state.get("batched").getAttributes().getTitle());
  }

  @Test
  void refusesInvalidImagesAndContinues() throws Exception {
    kafka.image(0, "poison-1", "refused bytes");
    kafka.image(0, "poison-2", "bug in the decoder");
    kafka.image(0, "poison-3", "spoil the pass");
    kafka.send(Topics.IMAGES.name(), 0, "poison-4", new byte[] {(byte) 0xff, 1, 2});
    kafka.image(0, "poison-5", "good");
    try (Embedder embedder = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      kafka.awaitEmbedded(generation);
      assertEquals("RUNNING", embedder.generations().statuses().get(generation.id()));
    }
    Map<String, ImageEmbedded> state = assertAnswersAllInOrder();
    assertEmbedded("good", state.get("poison-5"));
    Map<String, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
    kafka
        .records("images-dead-letter")
        .forEach(letter -> letters.put(new String(letter.key(), UTF_8), letter));
    for (int i = 1; i <= 4; i++) {
      assertFalse(state.containsKey("poison-" + i));
      String reason = EventHeaders.text(letters.get("poison-" + i).headers(), EventHeaders.REASON);
      assertFalse(reason.isEmpty());
      assertEquals(
          generation.id(),
          EventHeaders.text(letters.get("poison-" + i).headers(), EventHeaders.REFUSED_BY));
    }
    assertArrayEquals(new byte[] {(byte) 0xff, 1, 2}, letters.get("poison-4").value());
    assertEquals(
        4,
        registry.find("embed.images.rejected").counters().stream()
            .mapToDouble(counter -> counter.count())
            .sum());
  }

  /// An outage of the decoder processes is no fault of the image: the loop reads it again.
  @Test
  void retriesAnImageThatFoundNoDecoder() throws Exception {
    kafka.image(0, "undecoded", "an image");
    encoder.withoutDecoder.set(1);
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 2), registry)) {
      kafka.awaitEmbedded(generation);
    }
    assertEquals(0, encoder.withoutDecoder.get());
    // The batch is read again: what stood before that image in it may be answered twice.
    assertEmbedded("an image", state(generation).get("undecoded"));
    assertSameStateAs(kafka.records(Topics.IMAGES.name()));
    assertTrue(
        kafka.records("images-dead-letter").stream()
            .noneMatch(letter -> Arrays.equals("undecoded".getBytes(UTF_8), letter.key())));
  }

  @Test
  void waitsWhileItsBackfillIsPaused() throws Exception {
    for (int i = 0; i < 200; i++) {
      kafka.image(i % 2, "paused-" + i, "image " + i);
    }
    ModelChanged.Builder backfilling =
        ModelChanged.newBuilder().setState(ModelState.BACKFILLING).setEpoch(count);
    kafka.model(generation, backfilling.setPaused(true));
    try (Embedder embedder = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      Await.until(
          "the loop runs",
          () -> "RUNNING".equals(embedder.generations().statuses().get(generation.id())));
      // Another generation gets through all images meanwhile, so time enough has passed.
      Generation other = new Generation(generation.id() + "-other");
      kafka.model(other, ModelState.BACKFILLING, 0);
      kafka.awaitEmbedded(other);
      assertTrue(
          kafka.committed(generation.embedGroup()).values().stream()
              .allMatch(next -> next.offset() == 0));
      kafka.model(generation, backfilling.setPaused(false));
      kafka.awaitEmbedded(generation);
      kafka.model(other, ModelState.RETIRED, 0);
    }
    assertAnswersAllInOrder();
  }

  @Test
  void embedsAnImageTwiceInABatchOnce() throws Exception {
    long from = kafka.ends(Topics.IMAGES.name()).get(new TopicPartition("images", 0));
    for (int i = 0; i < 5; i++) {
      kafka.image(0, "twice", "version " + i);
    }
    long before = registered("embed.encoded");
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(512, 1), registry)) {
      kafka.awaitEmbedded(generation);
    }
    assertTrue(registered("embed.encoded") - before <= from + 512);
    Map<String, ImageEmbedded> state = assertAnswersAllInOrder();
    assertEmbedded("version 4", state.get("twice"));
    assertEquals(from + 4, state.get("twice").getSourceOffset());
  }

  @Test
  void reportsABrokenArtifactAndServesTheOthers() throws Exception {
    Generation broken = new Generation("broken");
    kafka.model(broken, ModelState.BACKFILLING, 0);
    EncoderSource source =
        model -> {
          if (model.getGeneration().equals("broken")) {
            throw new BrokenArtifactException("its weights are not those of models");
          }
          return encoder;
        };
    try (Embedder embedder = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      kafka.awaitEmbedded(generation);
      assertEquals(
          "BROKEN: its weights are not those of models",
          embedder.generations().statuses().get("broken"));
      kafka.model(broken, ModelState.REJECTED, 0);
      Await.until("it is given up", () -> !embedder.generations().statuses().containsKey("broken"));
    }
  }

  @Test
  void feedsLiveGenerationsAndStopsRetiredOnes() throws Exception {
    Generation next = new Generation(generation.id() + "-next");
    FakeEncoder nextEncoder = FakeEncoder.fast(8);
    Set<String> forgotten = ConcurrentHashMap.newKeySet();
    EncoderSource source =
        new EncoderSource() {
          @Override
          public Encoder open(ModelChanged model) {
            return model.getGeneration().equals(next.id()) ? nextEncoder : encoder;
          }

          @Override
          public void forget(ModelChanged model) {
            forgotten.add(model.getGeneration());
          }
        };
    try (Embedder embedder = kafka.embedder(source, TestKafka.options(16, 1), registry)) {
      kafka.image(0, "live", "live 1");
      kafka.awaitEmbedded(generation);
      kafka.model(next, ModelState.BACKFILLING, 0);
      kafka.awaitEmbedded(next);
      kafka.model(next, ModelState.ACTIVE, count + 1);
      kafka.model(generation, ModelState.RETIRED, count);
      Await.until("the former stops", () -> encoder.isClosed());
      Await.until("its artifact is forgotten", () -> forgotten.contains(generation.id()));
      assertFalse(forgotten.contains(next.id()));
      kafka.image(0, "live", "live 2");
      kafka.awaitEmbedded(next);
      assertEquals(next, embedder.generations().active().generation());
      kafka.model(next, ModelState.RETIRED, count + 1);
    }
    assertEmbedded("live 1", state(generation).get("live"));
    assertArrayEquals(
        nextEncoder.expected("live 2").toArray(), vector(state(next).get("live")), 1e-6f);
  }
}
