package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// The embeddings of standing queries come to agree with `standing-queries`, whatever was written
/// late, and whatever Kafka has lost.
final class StandingRepairTest extends ImageLoopFixture {
  @Test
  void anOlderVectorDoesNotStay() throws Exception {
    try (Embedder _ = embedder()) {
      ask("late", "a boat", 1);
      awaitCreated("late", 1);
      ask("late", "a ship", 2);
      awaitCreated("late", 2);
      repeatFirst("late");
      awaitCreated("late", 2);
      assertArrayEquals(encoder.expected("a ship").toArray(), vector("late"));
    }
  }

  @Test
  void aRemovedQueryDoesNotComeBack() throws Exception {
    try (Embedder _ = embedder()) {
      ask("removed", "a boat", 1);
      awaitCreated("removed", 1);
    }
    kafka.send(Topics.STANDING_QUERIES.name(), 0, "removed", null);
    try (Embedder _ = embedder()) {
      Await.until("it is removed", () -> last("removed").isEmpty());
    }
    repeatFirst("removed");
    try (Embedder _ = embedder()) {
      Await.until("it is removed again", () -> last("removed").isEmpty());
    }
  }

  @Test
  void lostEmbeddingsAreMadeAgain() throws Exception {
    try (Embedder _ = embedder()) {
      ask("lost", "a boat", 1);
      awaitCreated("lost", 1);
    }
    String topic = topic();
    kafka.admin.deleteTopics(List.of(topic)).all().get();
    Await.until("it is gone", () -> !kafka.admin.listTopics().names().get().contains(topic));
    TestKafka.provisioner().createEmbeddings(kafka.admin, generation);
    try (Embedder _ = embedder()) {
      awaitCreated("lost", 1);
      assertArrayEquals(encoder.expected("a boat").toArray(), vector("lost"));
    }
  }

  /// Offsets of the former topic are committed again.
  @Test
  void queriesOfAFormerTopicAreRemoved() throws Exception {
    try (Embedder _ = embedder()) {
      for (String id : List.of("former-1", "former-2", "former-3")) {
        ask(id, "a boat", 1);
        awaitCreated(id, 1);
      }
    }
    String group = generation.standingGroup();
    Map<TopicPartition, OffsetAndMetadata> former = kafka.committed(group);
    String queries = Topics.STANDING_QUERIES.name();
    kafka.admin.deleteTopics(List.of(queries)).all().get();
    Await.until("it is gone", () -> !kafka.admin.listTopics().names().get().contains(queries));
    TestKafka.provisioner().createPermanent(kafka.admin);
    ask("present", "a ship", 2);
    kafka.admin.alterConsumerGroupOffsets(group, former).all().get();
    try (Embedder _ = embedder()) {
      awaitCreated("present", 2);
      Await.until("a former one is removed", () -> last("former-3").isEmpty());
      ask("next", "a boat", 3);
      awaitCreated("next", 3);
    }
  }

  private Embedder embedder() {
    return kafka.embedder(_ -> FakeEncoder.fast(7), TestKafka.options(16, 1), registry);
  }

  private static void ask(String id, String drawn, long seconds) throws Exception {
    StandingQuery query =
        StandingQuery.newBuilder()
            .setQueryId(id)
            .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8(drawn)))
            .setCreatedAt(Timestamp.newBuilder().setSeconds(seconds))
            .build();
    kafka.send(Topics.STANDING_QUERIES.name(), 0, id, query.toByteArray());
  }

  private void awaitCreated(String id, long seconds) {
    Await.until(
        id + " of " + seconds + " is embedded",
        () ->
            last(id)
                .filter(last -> last.getQuery().getCreatedAt().getSeconds() == seconds)
                .isPresent());
  }

  /// Writes the first embedding of a query once more, as an instance does that was cut off.
  private void repeatFirst(String id) throws Exception {
    ConsumerRecord<byte[], byte[]> first = records(id).getFirst();
    kafka.producer.send(new ProducerRecord<>(topic(), 0, first.key(), first.value())).get();
  }

  private float[] vector(String id) throws Exception {
    StandingQueryEmbedded embedded = last(id).orElseThrow();
    float[] vector = new float[embedded.getVectorCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = embedded.getVector(i);
    }
    return vector;
  }

  private Optional<StandingQueryEmbedded> last(String id) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = records(id);
    return records.isEmpty() || records.getLast().value() == null
        ? Optional.empty()
        : Optional.of(StandingQueryEmbedded.parseFrom(records.getLast().value()));
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String id) throws Exception {
    if (!kafka.admin.listTopics().names().get().contains(topic())) {
      return List.of();
    }
    return kafka.records(topic()).stream()
        .filter(record -> Arrays.equals(id.getBytes(UTF_8), record.key()))
        .toList();
  }

  private String topic() {
    return Topics.standingQueryEmbeddings(generation).name();
  }
}
