package io.sketchstream.query.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.Vectors;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each search from Kafka gets exactly one answer, whatever happens to the loop meanwhile.
final class SearchLoopTest {
  private static final Generation GENERATION = new Generation("loop");
  private static final Duration TIMEOUT_MAX = Duration.ofSeconds(100);
  private static final int IN_FLIGHT_MAX = 4;

  @TempDir static Path home;
  private static EmbeddedBroker broker;
  private static Admin admin;
  private static KafkaProducer<byte[], byte[]> writer;
  private static SearchingProcess process;
  private static KafkaConsumer<byte[], byte[]> results;
  private static final Map<String, Integer> counts = new HashMap<>();
  private static final Map<String, SearchAnswered> answers = new HashMap<>();

  private EventProducer producer;
  private SearchLoop loop;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(home.resolve("broker"));
    Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    admin = Admin.create(kafka);
    TopicProvisioner topics = new TopicProvisioner(1, (short) 1);
    topics.createPermanent(admin);
    topics.createEmbeddings(admin, GENERATION);
    writer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, 0);
    writer
        .send(
            new ProducerRecord<>(
                Topics.imageEmbeddings(GENERATION).name(),
                0,
                "an-image".getBytes(UTF_8),
                Vectors.event("an-image", vector()).toByteArray(),
                headers))
        .get();
    process =
        new SearchingProcess(kafka, List.of(GENERATION), home.resolve("index"), Duration.ZERO);
    Await.until("the index is there", () -> process.indexes().getFirst().shard(0).isPresent());
    assertTrue(
        process.indexes().getFirst().shard(0).orElseThrow().awaitVisible(0, TIMEOUT_MAX.toNanos()),
        "the image is visible");
    Await.until("the index is ready", () -> process.indexes().getFirst().ready());
    results =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    results.assign(List.of(new TopicPartition(Topics.SEARCH_RESULTS.name(), 0)));
  }

  @AfterAll
  static void stop() {
    results.close();
    process.close();
    writer.close();
    admin.close();
    broker.close();
  }

  @BeforeEach
  void startLoop() {
    Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    KafkaClients clients = new KafkaClients(kafka);
    BrokerClock brokers = new BrokerClock(InstantSource.system());
    SearchMetrics metrics = new SearchMetrics(new SimpleMeterRegistry(), Tracing.OFF);
    producer = new EventProducer(clients, brokers, TIMEOUT_MAX);
    loop =
        new SearchLoop(
            clients,
            producer,
            new SketchSearcher(
                process.searcher(), metrics, InstantSource.system(), brokers, TIMEOUT_MAX),
            new SearchLoop.Options(
                IN_FLIGHT_MAX,
                _ -> Optional.empty(),
                metrics,
                Tracing.OFF,
                InstantSource.system()));
    loop.start(new Workers(new SimpleMeterRegistry()));
  }

  @AfterEach
  void stopLoop() {
    loop.close();
    producer.close();
  }

  @Test
  void aSearchThatWaitsIsAnsweredWhenTheLoopStops() throws Exception {
    ask("waits-1", 0, true);
    Await.until("it waits", () -> loop.inFlight() == 1);
    stopLoop();
    startLoop();
    ask("plain-1", 0, false);
    await("plain-1");
    assertEquals(1, counts.get("waits-1"));
    assertEquals(SearchErrorCode.UNAVAILABLE, answers.get("waits-1").getError().getCode());
  }

  /// So that a process that takes over reads it again.
  @Test
  void noOffsetIsCommittedBeforeItsAnswer() throws Exception {
    long waiting = ask("waits-2", 1, true);
    ask("plain-2", 1, false);
    long other = ask("plain-other-2", 2, false);
    await("plain-2", "plain-other-2");
    Await.until("offsets are committed", () -> committed(2) > other);
    assertTrue(committed(1) <= waiting, committed(1) + " is after " + waiting);
  }

  @Test
  void aRepeatedSearchIsAnsweredOnce() throws Exception {
    ask("twice-3", 0, false);
    ask("twice-3", 0, false);
    long last = ask("plain-3", 0, false);
    await("twice-3", "plain-3");
    Await.until("all are done", () -> committed(0) > last);
    await("plain-3");
    assertEquals(1, counts.get("twice-3"));
  }

  /// Searches that wait for a write leave room for others.
  @Test
  void aPlainSearchDoesNotWaitForThoseThatDo() throws Exception {
    for (int i = 0; i < IN_FLIGHT_MAX; i++) {
      ask("waits-4-" + i, 3, true);
    }
    ask("plain-4", 3, false);
    Instant asked = Instant.now();
    await("plain-4");
    assertEquals(1, answers.get("plain-4").getHitsCount());
    assertTrue(Duration.between(asked, Instant.now()).compareTo(TIMEOUT_MAX.dividedBy(2)) < 0);
    Await.until("the others wait", () -> loop.inFlight() == IN_FLIGHT_MAX / 2);
  }

  /// As of a stop between two polls.
  @Test
  void whatIsAnsweredIsCommittedDespiteAWakeup() {
    TopicPartition partition = new TopicPartition(Topics.SKETCH_EMBEDDINGS.name(), 0);
    OpenSearches open = new OpenSearches();
    open.begin(
            new ConsumerRecord<>(
                partition.topic(), partition.partition(), 7, new byte[0], new byte[0]))
        .end();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "woken"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.wakeup();
      new SearchOffsets(consumer, open).finish(List.of(partition));
      assertEquals(8, consumer.committed(Set.of(partition)).get(partition).offset());
    }
  }

  /// @param waits for an image that never comes
  /// @return the offset
  private static long ask(String queryId, int partition, boolean waits) throws Exception {
    SearchRequest.Builder request = SearchRequest.newBuilder().setK(1);
    if (waits) {
      request.addAfter(ImagePosition.newBuilder().setOffset(1_000_000));
    }
    SketchEmbedded.Builder sketch =
        SketchEmbedded.newBuilder()
            .setQueryId(queryId)
            .setGeneration(GENERATION.id())
            .setRequest(request);
    for (float x : vector()) {
      sketch.addVector(x);
    }
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.describe(headers, "test", SketchEmbedded.class, "0:" + queryId, Instant.now());
    return writer
        .send(
            new ProducerRecord<>(
                Topics.SKETCH_EMBEDDINGS.name(),
                partition,
                queryId.getBytes(UTF_8),
                sketch.build().toByteArray(),
                headers))
        .get()
        .offset();
  }

  private static void await(String... queryIds) {
    Await.until(
        "answers to " + List.of(queryIds),
        () -> {
          for (ConsumerRecord<byte[], byte[]> record : results.poll(Duration.ofMillis(100))) {
            SearchAnswered answer = SearchAnswered.parseFrom(record.value());
            counts.merge(answer.getQueryId(), 1, Integer::sum);
            answers.put(answer.getQueryId(), answer);
          }
          return counts.keySet().containsAll(List.of(queryIds));
        });
  }

  private static long committed(int partition) throws Exception {
    OffsetAndMetadata offset =
        admin
            .listConsumerGroupOffsets("query-search")
            .partitionsToOffsetAndMetadata()
            .get()
            .get(new TopicPartition(Topics.SKETCH_EMBEDDINGS.name(), partition));
    return offset == null ? 0 : offset.offset();
  }

  private static float[] vector() {
    return Vectors.clustered(new SplittableRandom(1), 16, 5);
  }
}
