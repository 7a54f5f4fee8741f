package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.HostileMessages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The topology without a broker: what a record does, whichever comes.
final class IndexTopologyTest {
  private static final EmbeddingsTopic TOPIC = new EmbeddingsTopic(new Generation("g1"), "id", 1);

  @TempDir Path directory;
  private final Refresher refresher = Refresher.start(new Workers(new SimpleMeterRegistry()));
  private final AtomicInteger refused = new AtomicInteger();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> embeddings;
  private ShardStore shard;
  private long imagesOffset;

  @BeforeEach
  void start() {
    start(directory.resolve("first"));
  }

  private void start(Path state) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "query-g1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver =
        new TopologyTestDriver(
            IndexTopology.build(
                TOPIC,
                new ShardSettings(
                    IndexOptions.defaults(),
                    refresher,
                    new ShardObserver() {
                      @Override
                      public void refused() {
                        refused.incrementAndGet();
                      }
                    },
                    _ -> false,
                    InstantSource.system()),
                new HashSet<>()),
            settings);
    embeddings =
        driver.createInputTopic(TOPIC.name(), new ByteArraySerializer(), new ByteArraySerializer());
    shard = (ShardStore) driver.getStateStore(IndexTopology.SHARD);
  }

  @AfterEach
  void close() {
    driver.close();
    refresher.close();
  }

  @Test
  void indexesAnEmbedding() throws Exception {
    put("a", 1, 0);
    put("b", 0, 1);
    assertEquals(List.of("a", "b"), found(1, 0));
    assertEquals(List.of("b", "a"), found(0, 1));
  }

  @Test
  void indexesADuplicateRecordOnce() throws Exception {
    put("a", 1, 0);
    put("a", 1, 0);
    assertEquals(List.of("a"), found(1, 0));
  }

  @Test
  void removesOnlyTheImageOfATombstone() throws Exception {
    put("a", 1, 0);
    put("b", 0, 1);
    send("a", null);
    send("never there", null);
    assertEquals(List.of("b"), found(1, 0));
  }

  @Test
  void skipsInvalidEmbeddingsAndRemovesTheReplacedOnes() throws Exception {
    put("a", 1, 0);
    put("b", 0, 1);
    send("a", new byte[] {1, 2, 3});
    put("long", 3, 4);
    embeddings.pipeInput(null, new byte[] {1});
    assertEquals(List.of("b"), found(1, 0));
    assertEquals(3, refused.get());
  }

  /// Whatever a field holds, the record is left out or can be searched, and the next is read.
  @Test
  void survivesHostileFieldValues() throws Exception {
    ImageEmbedded example =
        Vectors.event("hostile", new float[] {1, 0}, "a tag").toBuilder()
            .setIngestedAt(Timestamp.newBuilder().setSeconds(1))
            .setHubness(0.1f)
            .build();
    put("first", 1, 0);
    for (HostileMessages.Row row : HostileMessages.of(example)) {
      send("hostile", row.bytes());
      put("next", 0, 1);
      try {
        assertTrue(found(0, 1).contains("next"), row.name());
      } catch (Exception e) {
        throw new AssertionError(row.name(), e);
      }
    }
    shard.commit(Map.of(new TopicPartition(TOPIC.name(), 0), imagesOffset));
    assertTrue(refused.get() > 20, refused + " were left out");
  }

  @Test
  void resumesFromTheLastCommit() throws Exception {
    put("a", 1, 0);
    put("b", 0, 1);
    shard.commit(Map.of(new TopicPartition(TOPIC.name(), 0), imagesOffset));
    Path copy = directory.resolve("second");
    StateFiles.copy(directory.resolve("first"), copy); // The driver deletes what it leaves.
    driver.close();
    start(copy);
    assertTrue(shard.awaitVisible(imagesOffset - 1, 0), "what was committed is visible at once");
    put("c", -1, 0);
    assertEquals(List.of("a", "b", "c"), found(1, 0));
  }

  private void put(String id, float x, float y) {
    send(id, Vectors.event(id, new float[] {x, y}).toByteArray());
  }

  private void send(String id, byte[] value) {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, imagesOffset++);
    embeddings.pipeInput(new TestRecord<>(id.getBytes(StandardCharsets.UTF_8), value, headers));
  }

  private List<String> found(float x, float y) throws Exception {
    assertTrue(shard.awaitVisible(imagesOffset - 1, Duration.ofSeconds(10).toNanos()));
    return KnnQueries.ids(
        shard
            .query(
                KnnQueries.sketch(new float[] {x, y}, 10),
                PositionBound.unbounded(),
                new QueryConfig(false))
            .getResult()
            .getNearest());
  }
}
