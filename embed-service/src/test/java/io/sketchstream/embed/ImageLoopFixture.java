package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.encoder.Embedding;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// An embedder at a broker that all tests of a class share: each has a generation of its own, and
/// the images of those before.
abstract class ImageLoopFixture {
  @TempDir static Path home;

  static TestKafka kafka;

  static int count;

  final FakeEncoder encoder = FakeEncoder.fast(7);

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  Generation generation;

  @BeforeAll
  static void start() {
    kafka = new TestKafka(home);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @BeforeEach
  void activate() throws Exception {
    generation = new Generation("t" + count++);
    kafka.model(generation, ModelState.ACTIVE, count);
  }

  @AfterEach
  void retire() throws Exception {
    kafka.model(generation, ModelState.RETIRED, count);
  }

  long registered(String counter) {
    return registry.find(counter).counter() == null
        ? 0
        : (long) registry.find(counter).counter().count();
  }

  Map<String, ImageEmbedded> state(Generation of) throws Exception {
    Map<String, ImageEmbedded> state = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.records(Topics.imageEmbeddings(of).name())) {
      String id = new String(record.key(), UTF_8);
      if (record.value() == null) {
        state.remove(id);
      } else {
        state.put(id, ImageEmbedded.parseFrom(record.value()));
      }
    }
    return state;
  }

  /// With no failure on the way, each record of images has one answer, at its place.
  Map<String, ImageEmbedded> assertAnswersAllInOrder() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> images = kafka.records(Topics.IMAGES.name());
    List<ConsumerRecord<byte[], byte[]>> answers =
        kafka.records(Topics.imageEmbeddings(generation).name());
    for (int p = 0; p < TestKafka.PARTITIONS; p++) {
      int partition = p;
      assertEquals(
          images.stream()
              .filter(record -> record.partition() == partition)
              .map(record -> new String(record.key(), UTF_8) + "@" + record.offset())
              .toList(),
          answers.stream()
              .filter(record -> record.partition() == partition)
              .map(record ->
                  new String(record.key(), UTF_8)
                      + "@"
                      + EventHeaders.imagesOffset(record.headers()).orElse(-1))
              .toList());
    }
    return state(generation);
  }

  void assertSameStateAs(List<ConsumerRecord<byte[], byte[]>> images) throws Exception {
    Map<String, ConsumerRecord<byte[], byte[]>> last = new HashMap<>();
    images.forEach(record -> last.put(new String(record.key(), UTF_8), record));
    Map<String, ImageEmbedded> state = state(generation);
    last.forEach((id, record) -> {
      if (record.value() == null || (id.startsWith("poison-") && !id.equals("poison-5"))) {
        assertNull(state.get(id), id);
      } else {
        assertEquals(record.offset(), state.get(id).getSourceOffset(), id);
      }
    });
  }

  void assertEmbedded(String bytes, ImageEmbedded actual) {
    assertArrayEquals(encoder.expected(bytes).toArray(), vector(actual), 1e-6f);
    assertEquals(encoder.hubness(encoder.expected(bytes)), actual.getHubness());
  }

  static float[] vector(ImageEmbedded image) {
    float[] vector = new float[image.getVectorCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = image.getVector(i);
    }
    return Embedding.of(vector).toArray();
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
