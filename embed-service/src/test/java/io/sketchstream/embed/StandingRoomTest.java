package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// More standing queries than there may be.
final class StandingRoomTest extends ImageLoopFixture {
  private static final TopicPartition QUERIES =
      new TopicPartition(Topics.STANDING_QUERIES.name(), 0);

  private final Set<String> asked = new TreeSet<>();
  private FakeEncoder encoder;

  @AfterEach
  void removeAll() throws Exception {
    for (String id : asked) {
      kafka.send(QUERIES.topic(), 0, id, null);
    }
  }

  @Test
  void embedsTheOthersOnceThereIsRoom() throws Exception {
    try (Embedder _ = embedder(2)) {
      for (String id : new String[] {"a", "b", "c", "d", "e"}) {
        ask(id, 1);
      }
      awaitEmbedded(generation, "a", "b");
      int before = embedded();
      remove("a");
      awaitEmbedded(generation, "b", "c");
      ask("b", 2); // It comes last now.
      awaitEmbedded(generation, "c", "d");
      remove("d");
      awaitEmbedded(generation, "b", "c");
      assertEquals(before + 3, embedded(), "c, d and b again, each once, and e never");
    }
  }

  /// Whoever begins, and whenever, embeds the same ones.
  @Test
  void theNextOwnerAndTheNextGenerationEmbedTheSame() throws Exception {
    try (Embedder _ = embedder(2)) {
      for (String id : new String[] {"a", "b", "c", "d"}) {
        ask(id, 1);
      }
      awaitEmbedded(generation, "a", "b");
    }
    ask("a", 2);
    Generation next = new Generation(generation.id() + "-next");
    kafka.model(next, ModelState.BACKFILLING, 0);
    try (Embedder _ = embedder(2)) {
      awaitEmbedded(generation, "b", "c");
      awaitEmbedded(next, "b", "c");
    }
    kafka.model(next, ModelState.RETIRED, 0);
  }

  @Test
  void embedsMoreOrLessWithAnotherMaximum() throws Exception {
    try (Embedder _ = embedder(2)) {
      for (String id : new String[] {"a", "b", "c"}) {
        ask(id, 1);
      }
      awaitEmbedded(generation, "a", "b");
    }
    try (Embedder _ = embedder(3)) {
      awaitEmbedded(generation, "a", "b", "c");
    }
    try (Embedder _ = embedder(1)) {
      awaitEmbedded(generation, "a");
    }
  }

  private int embedded() {
    return encoder.passes.stream().mapToInt(Integer::intValue).sum();
  }

  private Embedder embedder(int standingQueriesMax) {
    EmbedOptions options = TestKafka.options(16, 1);
    FakeEncoder fresh = FakeEncoder.fast(7); // It is closed with its embedder.
    encoder = fresh;
    return kafka.embedder(
        _ -> fresh,
        new EmbedOptions(
            options.device(),
            options.images(),
            options.sketches(),
            options.sketchDecoders(),
            standingQueriesMax,
            options.retry()),
        registry);
  }

  private void ask(String id, long seconds) throws Exception {
    asked.add(id);
    StandingQuery query =
        StandingQuery.newBuilder()
            .setQueryId(id)
            .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8("drawn " + id)))
            .setCreatedAt(Timestamp.newBuilder().setSeconds(seconds))
            .build();
    kafka.send(QUERIES.topic(), 0, id, query.toByteArray());
  }

  private void remove(String id) throws Exception {
    asked.remove(id);
    kafka.send(QUERIES.topic(), 0, id, null);
  }

  /// Waits until all queries are handled, and exactly these are embedded.
  private void awaitEmbedded(Generation of, String... ids) {
    Await.until(
        "exactly " + Set.of(ids) + " in " + of,
        Duration.ofMinutes(1),
        () -> isHandled(of) && embedded(of).equals(Set.of(ids)),
        () -> {
          try {
            return "embedded: " + embedded(of) + ", all handled: " + isHandled(of);
          } catch (Exception e) {
            return e.toString();
          }
        });
  }

  private static boolean isHandled(Generation of) throws Exception {
    var committed = kafka.committed(of.standingGroup()).get(QUERIES);
    return committed != null
        && committed.offset() > kafka.records(QUERIES.topic()).getLast().offset();
  }

  private static Set<String> embedded(Generation of) throws Exception {
    Set<String> embedded = new TreeSet<>();
    String topic = Topics.standingQueryEmbeddings(of).name();
    if (!kafka.admin.listTopics().names().get().contains(topic)) {
      return embedded;
    }
    for (ConsumerRecord<byte[], byte[]> record : kafka.records(topic)) {
      String id = new String(record.key(), UTF_8);
      embedded.remove(id);
      if (record.value() != null
          && StandingQueryEmbedded.parseFrom(record.value()).getVectorCount() > 0) {
        embedded.add(id);
      }
    }
    return embedded;
  }
}
