package io.sketchstream.shell.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generations;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.FencedTopic.Spec;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What needs a broker to be shown.
@Timeout(120)
final class FencedTopicTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final TopicPartition MODELS = new TopicPartition(Topics.MODELS.name(), 0);

  @TempDir private static Path home;
  private static EmbeddedBroker broker;
  private static KafkaClients clients;
  private static Admin admin;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(home);
    clients = new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
    admin = clients.admin("test", CALL_MAX);
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @BeforeEach
  void recreateTopics() throws Exception {
    if (admin.listTopics().names().get().contains(MODELS.topic())) {
      admin.deleteTopics(List.of(MODELS.topic())).all().get();
      Await.until(
          "the old topic is gone",
          () -> !admin.listTopics().names().get().contains(MODELS.topic()));
    }
    new TopicProvisioner(2, (short) 1).createPermanent(admin);
    LogOffsets offsets = new LogOffsets(admin, CALL_MAX);
    Await.until("the topics are there", () -> !offsets.partitions(MODELS.topic()).isEmpty());
  }

  @Test
  void showsTheWriterItsChangesAtOnceAndFollowersSoon() throws Exception {
    try (FencedTopic<ModelChanged, Generations> writer = open();
        FencedTopic<ModelChanged, Generations> other = open()) {
      assertThrows(IllegalStateException.class, () -> writer.publish(List.of(change("g1"))));
      writer.takeOver();
      assertTrue(writer.isWriter());
      assertTrue(writer.isCaughtUp());
      writer.publish(List.of(change("g1"), change("g2")));
      assertEquals("[g1 READY, g2 READY]", writer.value().toString());
      writer.publish(List.of(change("g3")), List.of("g1"));
      assertEquals("[g2 READY, g3 READY]", writer.value().toString());
      writer.publish(List.of());
      Await.until(
          "the other follower reads it",
          () -> {
            other.poll(SHORT);
            return other.value().equals(writer.value());
          });
      assertTrue(other.isCaughtUp());
      assertFalse(other.isWriter());
    }
    assertEquals("sketchstream.v1.ModelChanged", EventHeaders.text(first().headers(), "ce_type"));
  }

  @Test
  void fencesALateWriterAfterItsSuccessorHasReadAll() {
    try (FencedTopic<ModelChanged, Generations> former = open();
        FencedTopic<ModelChanged, Generations> next = open()) {
      former.takeOver();
      former.publish(List.of(change("g1")));
      next.takeOver();
      assertEquals("[g1 READY]", next.value().toString(), "it decides from all there is");
      assertThrows(KafkaException.class, () -> former.publish(List.of(change("g2"))));
      next.publish(List.of(change("g3")));
      assertEquals("[g1 READY, g3 READY]", next.value().toString());
    }
  }

  @Test
  void electsOneInstanceAndThenItsSuccessor() {
    Leadership first = new Leadership(clients, "test-leaders", MODELS.topic());
    try (Leadership second = new Leadership(clients, "test-leaders", MODELS.topic())) {
      Await.until("it leads", () -> first.poll(SHORT));
      for (int i = 0; i < 20; i++) {
        assertTrue(first.poll(SHORT), "leadership stays where it is");
        assertFalse(second.poll(SHORT));
      }
      first.close();
      Await.until("the other one leads", () -> second.poll(SHORT));
    }
  }

  @Test
  void makesTheLeaderTheWriterOfItsTopic() {
    Leadership first = new Leadership(clients, "test-writers", MODELS.topic());
    try (FencedTopic<ModelChanged, Generations> former = open();
        FencedTopic<ModelChanged, Generations> next = open();
        Leadership second = new Leadership(clients, "test-writers", MODELS.topic())) {
      Await.until("it leads", () -> first.poll(former, SHORT));
      assertTrue(former.isWriter());
      assertFalse(second.poll(next, SHORT));
      assertFalse(next.isWriter());
      former.publish(List.of(change("g1")));
      first.close();
      Await.until("the other one leads", () -> second.poll(next, SHORT));
      assertTrue(next.isWriter());
      assertEquals("[g1 READY]", next.value().toString(), "it decides from all there is");
    }
  }

  @Test
  void readsOffsetsOfTopicsAndGroups() {
    LogOffsets offsets = new LogOffsets(admin, CALL_MAX);
    TopicPartition missing = new TopicPartition("no-such-topic", 0);
    try (FencedTopic<ModelChanged, Generations> writer = open()) {
      writer.takeOver();
      writer.publish(List.of(change("g1")));
    }
    assertEquals(List.of(MODELS), offsets.partitions(MODELS.topic()));
    assertEquals(List.of(), offsets.partitions("no-such-topic"));
    assertEquals(Map.of(MODELS, 0L), offsets.begins(List.of(MODELS)));
    assertEquals(
        Map.of(MODELS, 2L), offsets.ends(List.of(MODELS, missing)), "a record and its commit");
    assertEquals(Map.of(MODELS, 0L), offsets.since(List.of(MODELS), 0));
    assertEquals(Map.of(), offsets.since(List.of(MODELS), Long.MAX_VALUE / 2));
    assertEquals(Map.of(), offsets.committed("no-such-group"));
  }

  @Test
  void deletesAnEmptyGroup() {
    try (KafkaConsumer<byte[], byte[]> member = clients.member("m", "test-group", Map.of())) {
      member.subscribe(List.of(MODELS.topic()));
      Await.until(
          "it is a member",
          () -> {
            member.poll(SHORT);
            return !member.assignment().isEmpty();
          });
      member.commitSync(Map.of(MODELS, new OffsetAndMetadata(0)));
      assertEquals(Map.of(MODELS, 0L), new LogOffsets(admin, CALL_MAX).committed("test-group"));
      assertFalse(ConsumerGroups.delete(admin, "test-group"));
    }
    assertTrue(ConsumerGroups.delete(admin, "test-group"));
    assertTrue(ConsumerGroups.delete(admin, "test-group"), "it is gone already");
  }

  private static FencedTopic<ModelChanged, Generations> open() {
    return FencedTopic.open(
        clients,
        new Spec<>(
            Topics.MODELS,
            "test-writer",
            "test",
            ModelChanged::getGeneration,
            model -> model.getGeneration() + "/" + model.getState(),
            model -> Instants.of(model.getChangedAt())),
        Generations.NONE,
        Generations::with);
  }

  private static ModelChanged change(String generation) {
    return ModelChanged.newBuilder().setGeneration(generation).setState(ModelState.READY).build();
  }

  private static ConsumerRecord<byte[], byte[]> first() {
    try (KafkaConsumer<byte[], byte[]> reader = clients.reader("first", Map.of())) {
      reader.assign(List.of(MODELS));
      reader.seekToBeginning(List.of(MODELS));
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(SHORT)) {
          assertEquals("g1", new String(record.key(), UTF_8));
          return record;
        }
      }
    }
  }
}
