package io.sketchstream.shell.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class TopicFollowerTest {
  private static final String MODELS = Topics.MODELS.name();
  private static final TopicPartition PARTITION = new TopicPartition(MODELS, 0);

  private final List<ConsumerRecord<byte[], byte[]>> written = new ArrayList<>();

  @Test
  void foldsTheTopicAndReportsWhenItHasCaughtUp() {
    write("g1", model("g1", ModelState.ACTIVE));
    write("g2", model("g2", ModelState.READY));
    write("g1", (ModelChanged) null);
    MockConsumer<byte[], byte[]> consumer = consumer();
    try (TopicFollower<ModelChanged, Generations> follower = open(consumer)) {
      assertFalse(follower.isCaughtUp());
      assertEquals(Generations.NONE, follower.value());
      while (!follower.isCaughtUp()) {
        follower.poll(Duration.ZERO);
      }
      assertEquals("[g2 READY]", follower.value().toString());
      assertFalse(follower.poll(Duration.ZERO));
      write("g3", model("g3", ModelState.BACKFILLING));
      consumer.addRecord(written.getLast());
      assertTrue(follower.poll(Duration.ZERO));
      assertEquals("[g2 READY, g3 BACKFILLING]", follower.value().toString());
    }
    assertTrue(consumer.closed());
  }

  @Test
  void hasCaughtUpAtOnceWithAnEmptyTopic() {
    try (TopicFollower<ModelChanged, Generations> follower = open(consumer())) {
      follower.poll(Duration.ZERO);
      assertTrue(follower.isCaughtUp());
    }
  }

  /// However long the topic is: only silence is too long.
  @Test
  void readsToTheEndAsLongAsThereIsProgress() {
    for (int i = 0; i < 5; i++) {
      write("g" + i, model("g" + i, ModelState.READY));
    }
    MockConsumer<byte[], byte[]> consumer = emptyConsumer();
    written.forEach(record -> consumer.schedulePollTask(() -> consumer.addRecord(record)));
    try (TopicFollower<ModelChanged, Generations> follower = open(consumer)) {
      follower.readToEnd(Duration.ofNanos(1));
      assertTrue(follower.isCaughtUp());
      consumer.updateEndOffsets(Map.of(PARTITION, 6L));
      assertThrows(TimeoutException.class, () -> follower.readToEnd(Duration.ofNanos(1)));
    }
  }

  @Test
  void skipsInvalidRecords() {
    write("g1", model("g1", ModelState.ACTIVE));
    write("g1", model("g2", ModelState.RETIRED)); // Not its key.
    write("not a generation", model("g2", ModelState.RETIRED));
    write(null, model("g1", ModelState.RETIRED));
    write("g1", "\u0001not Protobuf".getBytes(UTF_8));
    write("g3", model("g3", ModelState.READY));
    try (TopicFollower<ModelChanged, Generations> follower = open(consumer())) {
      while (!follower.isCaughtUp()) {
        follower.poll(Duration.ZERO);
      }
      assertEquals("[g1 ACTIVE, g3 READY]", follower.value().toString());
      assertEquals(4, follower.leftOut());
    }
  }

  @Test
  void continuesAfterAnExceptionInTheFold() {
    write("g1", model("g1", ModelState.ACTIVE));
    write("g2", model("g2", ModelState.READY));
    try (TopicFollower<ModelChanged, String> follower =
        TopicFollower.open(
            consumer(),
            Topics.MODELS,
            "",
            (value, key, _) -> {
              if (key.equals("g1")) {
                throw new ArithmeticException("a bug");
              }
              return value + key;
            })) {
      while (!follower.isCaughtUp()) {
        follower.poll(Duration.ZERO);
      }
      assertEquals("g2", follower.value());
    }
  }

  @Test
  void failsOnAMissingTopicAndClosesTheConsumer() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    assertThrows(UnknownTopicOrPartitionException.class, () -> open(consumer));
    assertTrue(consumer.closed());
  }

  @Test
  void readsTheTopicAgainAfterAFailureOfItsLoop() throws Exception {
    write("g1", model("g1", ModelState.ACTIVE));
    LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<MockConsumer<byte[], byte[]>> opened = new LinkedBlockingQueue<>();
    Workers workers = new Workers(new SimpleMeterRegistry());
    try (Worker _ =
        workers.start(
            WorkerOptions.of("models").withBackoff(Duration.ofMillis(1), Duration.ofMillis(1)),
            worker -> {
              MockConsumer<byte[], byte[]> consumer = consumer();
              opened.add(consumer);
              try (TopicFollower<ModelChanged, Generations> follower = open(consumer)) {
                follower.follow(worker, value -> told.add(value.toString()));
              }
            })) {
      assertEquals("[g1 ACTIVE]", told.poll(10, TimeUnit.SECONDS));
      write("g2", model("g2", ModelState.READY));
      opened.take().setPollException(new AuthorizationException("a rolling restart"));
      assertEquals("[g1 ACTIVE, g2 READY]", told.poll(10, TimeUnit.SECONDS));
    }
    assertTrue(opened.take().closed());
  }

  private static TopicFollower<ModelChanged, Generations> open(
      MockConsumer<byte[], byte[]> consumer) {
    return TopicFollower.open(consumer, Topics.MODELS, Generations.NONE, Generations::with);
  }

  private MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer = emptyConsumer();
    consumer.schedulePollTask(() -> written.forEach(consumer::addRecord));
    return consumer;
  }

  private MockConsumer<byte[], byte[]> emptyConsumer() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    Node node = new Node(0, "localhost", 9092);
    consumer.updatePartitions(
        MODELS, List.of(new PartitionInfo(MODELS, 0, node, new Node[] {node}, new Node[] {node})));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, (long) written.size()));
    return consumer;
  }

  private void write(String key, ModelChanged model) {
    write(key, model == null ? null : model.toByteArray());
  }

  private void write(String key, byte[] value) {
    written.add(
        new ConsumerRecord<>(
            MODELS, 0, written.size(), key == null ? null : key.getBytes(UTF_8), value));
  }

  private static ModelChanged model(String generation, ModelState state) {
    return ModelChanged.newBuilder().setGeneration(generation).setState(state).build();
  }
}
