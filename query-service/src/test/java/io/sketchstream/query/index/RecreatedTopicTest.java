package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The topic of an index is deleted and recreated while the index runs. Nothing of the former topic
/// stays, and nothing of the new one is skipped.
final class RecreatedTopicTest {
  private static final TopicProvisioner TOPICS = new TopicProvisioner(1, (short) 1);

  @TempDir static Path brokerHome;
  private static EmbeddedBroker broker;
  private static Admin admin;

  @TempDir Path home;
  private final Workers workers = new Workers(new SimpleMeterRegistry());
  private final Refresher refresher = Refresher.start(workers);
  private volatile GenerationIndex index;
  private ShardCurrency currency;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(brokerHome);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    TOPICS.createPermanent(admin);
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @AfterEach
  void close() {
    currency.close();
    index.close();
    refresher.close();
  }

  @Test
  void nothingStaysOfATopicThatHadMore() throws Exception {
    recreate(new Generation("fewer"), 40, 10);
  }

  @Test
  void nothingIsSkippedOfATopicThatHasMore() throws Exception {
    recreate(new Generation("more"), 10, 40);
  }

  private void recreate(Generation generation, int before, int after) throws Exception {
    TOPICS.createEmbeddings(admin, generation);
    index = open(generation);
    currency =
        ShardCurrency.start(
            admin, () -> List.of(index), InstantSource.system(), Duration.ofMillis(100), workers);
    Set<String> former = fill(generation, "former-", before);
    Await.until("the former topic is indexed", () -> ids().equals(former));

    String topic = EmbeddingsTopic.name(generation);
    admin.deleteTopics(List.of(topic)).all().get();
    Await.until("it is gone", () -> !admin.listTopics().names().get().contains(topic));
    TOPICS.createEmbeddings(admin, generation);
    Set<String> present = fill(generation, "present-", after);
    Await.until(
        "the index is that of the new topic",
        () -> {
          reopenIfFailed(generation);
          return ids().equals(present);
        });
    assertEquals(present, ids());
  }

  /// As the follower of `models` does.
  private void reopenIfFailed(Generation generation) {
    if (index.failed()) {
      index.close();
      index = open(generation);
    }
  }

  /// Its own producer each time: one that is older may still know the former topic.
  private static Set<String> fill(Generation generation, String prefix, int count)
      throws Exception {
    Set<String> ids = new HashSet<>();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.setImagesOffset(headers, i);
        String id = prefix + i;
        byte[] value = Vectors.event(id, vector(i)).toByteArray();
        producer
            .send(new ProducerRecord<>(EmbeddingsTopic.name(generation), 0, id, value, headers))
            .get();
        ids.add(id);
      }
    }
    return ids;
  }

  private GenerationIndex open(Generation generation) {
    return new GenerationIndex(
        EmbeddingsTopic.of(generation, admin),
        GenerationIndexTest.application(
            Map.of("bootstrap.servers", broker.bootstrapServers()), home),
        new ShardSettings(
            IndexOptions.defaults(),
            refresher,
            ShardObserver.NONE,
            _ -> false,
            InstantSource.system()));
  }

  private Set<String> ids() {
    Collection<ShardReply> answers =
        index.ask(KnnQueries.sketch(vector(1), 1000), Set.of(0)).values();
    Set<String> ids = new HashSet<>();
    for (ShardReply answer : answers) {
      answer.getNearest().getByVectorList().stream().map(Hit::getImageId).forEach(ids::add);
    }
    return ids;
  }

  private static float[] vector(int seed) {
    return Vectors.clustered(new SplittableRandom(seed), 16, 50);
  }
}
