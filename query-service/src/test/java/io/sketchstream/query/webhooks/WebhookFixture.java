package io.sketchstream.query.webhooks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.events.Webhook;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.EmptyKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Real receivers and a real broker; the matches are what a query service would have written.
abstract class WebhookFixture {
  static final String SECRET = "a secret".repeat(4).replace(' ', '-');
  static final Instant INGESTED = Instant.parse("2030-01-31T12:00:00Z");

  final List<Webhooks> running = new ArrayList<>();
  final List<HookServer> servers = new ArrayList<>();
  final Map<String, StandingQuery> queries = new HashMap<>();
  final Queue<String> removed = new ConcurrentLinkedQueue<>();
  Counter failures;
  static EmbeddedBroker broker;
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
    try (Admin admin = Admin.create(kafka())) {
      new TopicProvisioner(2, (short) 1).createPermanent(admin);
    }
    producer = new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stopAll() throws Exception {
    running.forEach(Webhooks::close);
    servers.forEach(HookServer::close);
    producer.close();
    EmptyKafka.clear(kafka());
  }

  void makeMatchesAnew() throws Exception {
    producer.close();
    String matches = Topics.MATCHES.name();
    try (Admin admin = Admin.create(kafka())) {
      admin.deleteTopics(List.of(matches)).all().get();
      Await.until("it is gone", () -> !admin.listTopics().names().get().contains(matches));
      new TopicProvisioner(2, (short) 1).createPermanent(admin);
    }
    producer = new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer());
  }

  static WebhookOptions options(Duration stopAfter, boolean allowPrivate) {
    return new WebhookOptions(
        true,
        allowPrivate,
        Duration.ofSeconds(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        stopAfter,
        8,
        100);
  }

  static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  HookServer server() {
    HookServer server = new HookServer();
    servers.add(server);
    return server;
  }

  Webhooks start(WebhookOptions options) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Webhooks webhooks =
        new Webhooks(new KafkaClients(kafka()), options, removed::add, registry, brokersTime());
    webhooks.start(new Workers(registry));
    failures = registry.counter("worker.failures", "worker", "query-webhooks");
    running.add(webhooks);
    return webhooks;
  }

  private static BrokerClock brokersTime() {
    BrokerClock clock = new BrokerClock(InstantSource.system());
    clock
        .learning((_, _) -> {})
        .onCompletion(
            new RecordMetadata(
                new TopicPartition("search-results", 0), 0, 0, System.currentTimeMillis(), 0, 0),
            null);
    return clock;
  }

  void stop(Webhooks webhooks) {
    running.remove(webhooks);
    webhooks.close();
  }

  void register(String id, HookServer server) throws Exception {
    StandingQuery query =
        StandingQuery.newBuilder()
            .setQueryId(id)
            .setText("boat")
            .setCreatedAt(Instants.timestamp(Instant.now()))
            .setWebhook(Webhook.newBuilder().setUrl(server.url()).setSecret(SECRET))
            .build();
    queries.put(id, query);
    producer
        .send(new ProducerRecord<>(Topics.STANDING_QUERIES.name(), id, query.toByteArray()))
        .get();
  }

  void matched(String queryId, String imageId, boolean withdrawn) throws Exception {
    matched(queryId, imageId, withdrawn, 0);
  }

  /// @param seenTo how far in `images` its writer saw
  void matched(String queryId, String imageId, boolean withdrawn, long seenTo) throws Exception {
    StandingQueryMatched match =
        StandingQueryMatched.newBuilder()
            .setQueryId(queryId)
            .setImageId(imageId)
            .setGeneration("g1")
            .setIngestedAt(Instants.timestamp(INGESTED))
            .setMatchedAt(Instants.timestamp(Instant.now()))
            .setWithdrawn(withdrawn)
            .setSeenTo(ImagePosition.newBuilder().setOffset(seenTo))
            .build();
    String key = Topics.matchKey(queryId, imageId);
    producer.send(new ProducerRecord<>(Topics.MATCHES.name(), key, match.toByteArray())).get();
  }

  Optional<WebhookChanged> trouble(Webhooks webhooks, String id) {
    return webhooks.trouble(id, queries.get(id).getCreatedAt());
  }

  void awaitReason(Webhooks webhooks, String id, String reason) {
    Await.until(
        reason,
        () -> trouble(webhooks, id).filter(note -> note.getReason().equals(reason)).isPresent());
  }
}
