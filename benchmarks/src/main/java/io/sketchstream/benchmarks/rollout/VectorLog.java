package io.sketchstream.benchmarks.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.score.Score;
import io.sketchstream.shell.threads.Niceness;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Every vector that was ever written, of images and of sketches, by generation: read from Kafka
/// while the drill runs, past the services that are under test.
///
/// **Threads:** one of its own reads, any may ask. **Owns:** it and its consumer, until [#close].
public final class VectorLog implements AutoCloseable {
  private static final String EMBEDDINGS = "image-embeddings-";

  /// Low priority: nobody asks before the end.
  private static final int NICENESS = 10;

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Map<String, Versions>> images = new ConcurrentHashMap<>();
  private final Map<String, SketchVector> sketches = new ConcurrentHashMap<>();
  private final Thread thread;

  /// @param generation whose encoder made it
  /// @param vector as an index is searched with it
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record SketchVector(String generation, float[] vector) {}

  /// All vectors that one image had in one generation, each with its hubness, and the offset in
  /// `images` of the last one.
  static final class Versions {
    private final List<float[]> vectors = new CopyOnWriteArrayList<>();
    private volatile long imagesOffset;
    private volatile boolean live;

    List<float[]> vectors() {
      return vectors;
    }

    long imagesOffset() {
      return imagesOffset;
    }

    boolean isLive() {
      return live;
    }
  }

  /// @param kafka settings of a Kafka client
  public VectorLog(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("group.id", "drill-" + UUID.randomUUID());
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", false);
    // New generations are noticed soon.
    settings.put("metadata.max.age.ms", 500);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.thread = Thread.ofPlatform().name("drill-vectors").start(this::run);
  }

  /// The vectors of one image in every generation that has it.
  Map<String, Versions> ofImage(String id) {
    Map<String, Versions> found = new HashMap<>();
    images.forEach((generation, byId) -> {
      Versions versions = byId.get(id);
      if (versions != null) {
        found.put(generation, versions);
      }
    });
    return found;
  }

  /// The vector of a query; null when none was written yet.
  SketchVector ofQuery(String queryId) {
    return sketches.get(queryId);
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Niceness.ofThisThread(NICENESS);
    try (consumer) {
      consumer.subscribe(Pattern.compile(EMBEDDINGS + "[^.]*|" + Topics.SKETCH_EMBEDDINGS.name()));
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          read(record);
        }
      }
    } catch (WakeupException e) {
      // Asked to stop.
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a service wrote a record that is not an event", e);
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) throws InvalidProtocolBufferException {
    String key = new String(record.key(), UTF_8);
    if (record.topic().equals(Topics.SKETCH_EMBEDDINGS.name())) {
      SketchEmbedded sketch = SketchEmbedded.parseFrom(record.value());
      float[] vector = Score.searchVector(floats(sketch.getVectorList()));
      sketches.put(key, new SketchVector(sketch.getGeneration(), vector));
      return;
    }
    String generation = record.topic().substring(EMBEDDINGS.length());
    Versions versions =
        images
            .computeIfAbsent(generation, _ -> new ConcurrentHashMap<>())
            .computeIfAbsent(key, _ -> new Versions());
    if (record.value() != null) {
      ImageEmbedded image = ImageEmbedded.parseFrom(record.value());
      versions.vectors.add(Score.indexVector(floats(image.getVectorList()), image.getHubness()));
    }
    versions.live = record.value() != null;
    versions.imagesOffset = EventHeaders.imagesOffset(record.headers()).orElse(-1);
  }

  private static float[] floats(List<Float> list) {
    float[] vector = new float[list.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = list.get(i);
    }
    return vector;
  }
}
