package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kafka Streams and a broker, both real.
final class GenerationIndexTest {
  private static final int PARTITIONS = 2;
  private static final Set<Integer> ALL = Set.of(0, 1);
  private static final int DIMENSION = 16;

  @TempDir static Path brokerHome;
  private static EmbeddedBroker broker;
  private static Admin admin;
  private static KafkaProducer<String, byte[]> producer;

  @TempDir Path home;
  private final Refresher refresher = Refresher.start(new Workers(new SimpleMeterRegistry()));
  private volatile Duration later = Duration.ZERO;
  private final List<GenerationIndex> started = new ArrayList<>();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(brokerHome);
    Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    admin = Admin.create(kafka);
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
    new TopicProvisioner(PARTITIONS, (short) 1).createPermanent(admin);
  }

  @AfterAll
  static void stopBroker() {
    producer.close();
    admin.close();
    broker.close();
  }

  @AfterEach
  void close() {
    started.forEach(GenerationIndex::close);
    refresher.close();
  }

  @Test
  void indexesAndRemovesAndRecoversAfterARestart() throws Exception {
    Generation generation = create("restart");
    GenerationIndex index = start(generation, home);
    for (int i = 0; i < 40; i++) {
      send(generation, i % PARTITIONS, i, "i" + i, vector(i));
    }
    send(generation, 0, 100, "i0", null);
    send(generation, 1, 100, "i1", null);
    await(index::ready);
    awaitVisible(index, 100);
    assertEquals(38, ids(index, vector(3), 1000).size());
    assertEquals("i3", ids(index, vector(3), 1).getFirst());
    index.close();

    GenerationIndex again = start(generation, home);
    await(() -> again.ready() && again.shards().size() == PARTITIONS);
    awaitVisible(again, 100);
    assertEquals(38, ids(again, vector(3), 1000).size());
  }

  @Test
  void resumesFromTheLastCommitAfterACrash() throws Exception {
    Generation generation = create("crash");
    GenerationIndex index = start(generation, home.resolve("before"));
    for (int i = 0; i < 200; i++) {
      send(generation, 0, i, "i" + i, vector(i));
    }
    await(index::ready);
    await(() ->
        index.shard(0).flatMap(ShardStore::status).orElseThrow().lastCommit().getEpochSecond() > 0);
    awaitVisible(index, 0, 199);
    await(() -> committed(index) >= 199);
    send(generation, 0, 200, "late", vector(7));
    awaitVisible(index, 0, 200);
    Path crashed = home.resolve("after");
    StateFiles.copy(home.resolve("before"), crashed);
    index.close();

    GenerationIndex again = start(generation, crashed);
    await(() -> again.ready() && again.shard(0).isPresent());
    long from = again.shard(0).orElseThrow().committedOffset(partition(generation));
    assertTrue(from >= 199, "starts at " + from);
    awaitVisible(again, 0, 200);
    assertEquals(201, ids(again, vector(7), 1000).size());
  }

  @Test
  void rebuildsADeletedIndexWithTheSameAnswers() throws Exception {
    Generation generation = create("rebuild");
    GenerationIndex index = start(generation, home.resolve("a"));
    for (int i = 0; i < 300; i++) {
      send(
          generation, i % PARTITIONS, i / PARTITIONS, "i" + i % 120, i % 7 == 0 ? null : vector(i));
    }
    await(index::ready);
    awaitVisible(index, 149);
    List<String> before = ids(index, vector(5), 1000);
    index.close();
    application(kafka(), home.resolve("a")).deleteState(generation);
    assertFalse(Files.exists(home.resolve("a").resolve(generation.queryApplication())));

    GenerationIndex again = start(generation, home.resolve("a"));
    await(() -> again.ready() && again.shards().size() == PARTITIONS);
    awaitVisible(again, 149);
    assertEquals(before, ids(again, vector(5), 1000));
  }

  @Test
  void closesOneGenerationWithoutTouchingTheOther() throws Exception {
    Generation old = create("old");
    Generation young = create("young");
    GenerationIndex oldIndex = start(old, home);
    GenerationIndex youngIndex = start(young, home);
    for (Generation generation : List.of(old, young)) {
      send(generation, 0, 0, "a", vector(1));
      send(generation, 1, 0, "b", vector(2));
    }
    await(() -> oldIndex.ready() && youngIndex.ready());
    awaitVisible(oldIndex, 0);
    awaitVisible(youngIndex, 0);
    oldIndex.close();
    application(kafka(), home).deleteState(old);
    assertEquals(Map.of(), oldIndex.ask(new VectorOf("a"), ALL));
    assertEquals(List.of("a", "b"), ids(youngIndex, vector(1), 10).stream().sorted().toList());
  }

  /// A process that was paused, or cut off, may have missed removals when it goes on.
  @Test
  void rebuildsAShardThatReadNothingForTooLong() throws Exception {
    Generation generation = create("stale");
    GenerationIndex index = start(generation, home);
    send(generation, 0, 0, "a", vector(1));
    send(generation, 0, 1, "b", vector(2));
    await(index::ready);
    awaitVisible(index, 0, 1);
    await(() -> committed(index) >= 1);
    ShardStore before = index.shard(0).orElseThrow();
    later = Duration.ofDays(16);
    sendInTransaction(generation, 2, "d"); // Its end takes an offset, a moment later: a gap.
    LogOffsets offsets = new LogOffsets(admin, Duration.ofSeconds(5));
    await(() -> offsets.ends(Set.of(partition(generation))).containsValue(4L));
    send(generation, 0, 3, "c", vector(3));
    await(() -> index.shard(0).filter(shard -> shard != before && shard.answering()).isPresent());
    awaitVisible(index, 0, 3);
    await(() -> index.ask(KnnQueries.sketch(vector(1), 10), ALL).size() == PARTITIONS);
    assertEquals(List.of("a", "b", "c", "d"), ids(index, vector(1), 10).stream().sorted().toList());
  }

  private static void sendInTransaction(Generation generation, long imagesOffset, String id)
      throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", id);
    try (KafkaProducer<String, byte[]> other =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      other.initTransactions();
      other.beginTransaction();
      other.send(record(generation, 0, imagesOffset, id, vector(4))).get();
      other.commitTransaction();
    }
  }

  private GenerationIndex start(Generation generation, Path directory) {
    IndexApplication application = application(kafka(), directory);
    GenerationIndex index =
        new GenerationIndex(
            EmbeddingsTopic.of(generation, admin),
            application,
            new ShardSettings(
                IndexOptions.defaults(),
                refresher,
                ShardObserver.NONE,
                _ -> false,
                () -> Instant.now().plus(later)));
    started.add(index);
    return index;
  }

  private static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  static IndexApplication application(Map<String, Object> kafka, Path directory) {
    return new IndexApplication(
        kafka,
        directory,
        "test",
        "127.0.0.1:1",
        0,
        1,
        Duration.ofSeconds(10),
        Duration.ofMillis(200),
        Duration.ofSeconds(10));
  }

  private static Generation create(String name) {
    Generation generation = new Generation(name);
    new TopicProvisioner(PARTITIONS, (short) 1).createEmbeddings(admin, generation);
    return generation;
  }

  private static void send(
      Generation generation, int partition, long imagesOffset, String id, float[] vector)
      throws Exception {
    producer.send(record(generation, partition, imagesOffset, id, vector)).get();
  }

  private static ProducerRecord<String, byte[]> record(
      Generation generation, int partition, long imagesOffset, String id, float[] vector) {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, imagesOffset);
    byte[] value = vector == null ? null : Vectors.event(id, vector).toByteArray();
    return new ProducerRecord<>(EmbeddingsTopic.name(generation), partition, id, value, headers);
  }

  private static long committed(GenerationIndex index) {
    Long offset = index.shard(0).orElseThrow().committedOffset(partition(index.generation()));
    return offset == null ? -1 : offset;
  }

  private static TopicPartition partition(Generation generation) {
    return new TopicPartition(EmbeddingsTopic.name(generation), 0);
  }

  private static void awaitVisible(GenerationIndex index, long imagesOffset) throws Exception {
    for (int p = 0; p < PARTITIONS; p++) {
      awaitVisible(index, p, imagesOffset);
    }
  }

  private static void awaitVisible(GenerationIndex index, int partition, long imagesOffset)
      throws Exception {
    await(() -> index.shard(partition).isPresent());
    assertTrue(
        index
            .shard(partition)
            .orElseThrow()
            .awaitVisible(imagesOffset, Duration.ofSeconds(30).toNanos()),
        "images " + partition + ":" + imagesOffset);
  }

  private static List<String> ids(GenerationIndex index, float[] query, int k) {
    Collection<ShardReply> answers = index.ask(KnnQueries.sketch(query, k), ALL).values();
    assertEquals(PARTITIONS, answers.size());
    return answers.stream()
        .flatMap(answer -> answer.getNearest().getByVectorList().stream())
        .sorted(
            Comparator.comparingDouble((Hit hit) -> -hit.getScore()).thenComparing(Hit::getImageId))
        .map(Hit::getImageId)
        .toList();
  }

  private static float[] vector(int seed) {
    return Vectors.clustered(new SplittableRandom(seed), DIMENSION, 50);
  }

  private static void await(Callable<Boolean> condition) {
    Await.until("as it should be", condition);
  }
}
