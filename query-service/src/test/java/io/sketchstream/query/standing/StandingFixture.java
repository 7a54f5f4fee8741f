package io.sketchstream.query.standing;

import com.google.protobuf.ByteString;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.Vectors;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.EmptyKafka;
import io.sketchstream.testing.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A broker, and what ingest and embed would write to it.
abstract class StandingFixture {
  static final Generation FIRST = new Generation("g1");
  static final Generation NEXT = new Generation("g2");
  static final int DIMENSION = 24;
  static final int PARTITIONS = 2;
  static final int THERE = 400;
  static final long SEED = Long.getLong("tests.seed", 42L);

  @TempDir Path home;
  private final List<WatchingProcess> processes = new ArrayList<>();
  private final Map<TopicPartition, Long> offsets = new HashMap<>();
  private static EmbeddedBroker broker;
  Admin admin;
  KafkaProducer<String, byte[]> producer;

  @BeforeAll
  static void startBroker(@TempDir Path home) {
    broker = EmbeddedBroker.start(home.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopics() {
    admin = Admin.create(kafka());
    TopicProvisioner topics = new TopicProvisioner(PARTITIONS, (short) 1);
    topics.createPermanent(admin);
    topics.createEmbeddings(admin, FIRST);
    topics.createEmbeddings(admin, NEXT);
    producer = new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stopAll() throws Exception {
    processes.forEach(WatchingProcess::close);
    producer.close();
    admin.close();
    EmptyKafka.clear(kafka());
  }

  static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  WatchingProcess process(String name) {
    WatchingProcess process = new WatchingProcess(kafka(), home.resolve(name));
    processes.add(process);
    return process;
  }

  void stop(WatchingProcess process) {
    processes.remove(process);
    process.close();
  }

  static float[] random(long seed) {
    return Vectors.clustered(new SplittableRandom(SEED + seed), DIMENSION, 1_000_000);
  }

  /// Writes the embedding of an image.
  void image(Generation generation, String id, float[] vector, Instant ingested, String... tags)
      throws Exception {
    embedding(generation, id, event(id, vector, ingested, tags));
  }

  private static byte[] event(String id, float[] vector, Instant ingested, String... tags) {
    return Vectors.event(id, vector, tags).toBuilder()
        .setIngestedAt(Instants.timestamp(ingested))
        .build()
        .toByteArray();
  }

  void removal(Generation generation, String id) throws Exception {
    embedding(generation, id, null);
  }

  void embedding(Generation generation, String id, byte[] value) throws Exception {
    send(generation, id, value).get();
  }

  private Future<RecordMetadata> send(Generation generation, String id, byte[] value) {
    TopicPartition partition =
        new TopicPartition(
            Topics.imageEmbeddings(generation).name(), Math.floorMod(id.hashCode(), PARTITIONS));
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, offsets.merge(partition, 1L, Long::sum));
    return producer.send(
        new ProducerRecord<>(partition.topic(), partition.partition(), id, value, headers));
  }

  static StandingQuery.Builder sketched(String id, int oneIn) {
    return StandingQuery.newBuilder()
        .setQueryId(id)
        .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8(id)))
        .setOneIn(oneIn)
        .setCreatedAt(Instants.timestamp(Instant.now()));
  }

  /// Writes the vector of a standing query.
  void embedded(Generation generation, StandingQuery query, float[] vector) throws Exception {
    StandingQueryEmbedded.Builder event =
        StandingQueryEmbedded.newBuilder()
            .setQuery(query.toBuilder().clearSketch())
            .setGeneration(generation.id());
    for (float x : vector) {
      event.addVector(x);
    }
    producer
        .send(
            new ProducerRecord<>(
                Topics.standingQueryEmbeddings(generation).name(),
                query.getQueryId(),
                event.build().toByteArray()))
        .get();
  }

  static ProducerRecord<String, byte[]> queryRecord(StandingQuery query) {
    return new ProducerRecord<>(
        Topics.STANDING_QUERIES.name(), query.getQueryId(), query.toByteArray());
  }

  static void register(WatchingProcess process, StandingQuery query) throws Exception {
    process.standing().registry().register(query, Duration.ofSeconds(30));
  }

  static void awaitWatching(WatchingProcess process, List<StandingQuery> queries) {
    Await.until(
        "all are watched",
        () ->
            queries.stream()
                .allMatch(query ->
                    process.standing().isWatching(StandingEntry.of(query.getQueryId(), query))));
  }

  /// All records of `matches`, in the order of each partition.
  List<StandingQueryMatched> reported() throws Exception {
    return matches(TopicRecords.of(kafka(), Topics.MATCHES.name()));
  }

  /// The records of one partition of `matches`.
  List<StandingQueryMatched> reported(int partition) throws Exception {
    return matches(TopicRecords.of(kafka(), new TopicPartition(Topics.MATCHES.name(), partition)));
  }

  private static List<StandingQueryMatched> matches(List<ConsumerRecord<byte[], byte[]>> records)
      throws Exception {
    List<StandingQueryMatched> matches = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      matches.add(StandingQueryMatched.parseFrom(record.value()));
    }
    return matches;
  }

  /// Puts in a gallery of [#THERE] images with the tag `a`.
  void fill(Duration ago) {
    Instant before = Instant.now().minus(ago);
    for (int i = 0; i < THERE; i++) {
      String id = "old" + i;
      Future<RecordMetadata> _ = send(FIRST, id, event(id, random(i), before, "a"));
    }
    producer.flush();
  }

  /// Starts a process in which the first generation has been active for a day.
  WatchingProcess startActive(String name) {
    WatchingProcess process = process(name);
    process.activate(FIRST, Instant.now().minus(Duration.ofDays(1)));
    process.index(FIRST, IndexOptions.defaults());
    return process;
  }

  /// The same, and waits for the gallery.
  WatchingProcess startFilled(String name) {
    WatchingProcess process = startActive(name);
    Await.until("the gallery is there", () -> process.documents(FIRST) >= THERE);
    return process;
  }

  /// Waits until the matches that were reported and not withdrawn are exactly these.
  void awaitReported(Set<String> expected) {
    Await.until(
        "exactly the expected matches",
        Duration.ofMinutes(1),
        () -> expected.equals(standing()),
        () -> {
          try {
            return "expected " + expected + "\n    reported " + standing();
          } catch (Exception e) {
            return e.toString();
          }
        });
  }

  /// What was reported and not withdrawn, as pairs.
  Set<String> standing() throws Exception {
    Set<String> standing = new TreeSet<>();
    for (StandingQueryMatched match : reported()) {
      String pair = pair(match.getQueryId(), match.getImageId());
      if (match.getWithdrawn()) {
        standing.remove(pair);
      } else {
        standing.add(pair);
      }
    }
    return standing;
  }

  static String pair(String queryId, String imageId) {
    return queryId + " " + imageId;
  }
}
