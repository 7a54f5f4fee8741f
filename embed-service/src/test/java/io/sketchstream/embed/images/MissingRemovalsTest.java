package io.sketchstream.embed.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.embed.TestKafka;
import io.sketchstream.embed.images.MissingRemovals.Part;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MissingRemovalsTest {
  private static final int IDS = 300;

  @TempDir Path home;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);

  /// Both partitions have histories of their own; with room for a few keys it goes over them
  /// several times.
  @Test
  void agreesWithASimpleImplementation() throws Exception {
    try (TestKafka kafka = new TestKafka(home)) {
      Generation generation = new Generation("compared");
      TestKafka.provisioner().createEmbeddings(kafka.admin, generation);
      TopicPartition images = new TopicPartition(Topics.IMAGES.name(), 0);
      TopicPartition embeddings = new TopicPartition(Topics.imageEmbeddings(generation).name(), 0);
      Set<String> missing = history(kafka, embeddings);
      missing.removeAll(history(kafka, images));
      for (int keysMax : new int[] {IDS, 40, 3}) {
        Set<String> found =
            found(
                new MissingRemovals(
                    new KafkaClients(kafka.settings()),
                    new Part(images, 0, kafka.end(images)),
                    new Part(embeddings, 0, kafka.end(embeddings)),
                    kafka.end(images),
                    keysMax));
        assertEquals(new TreeSet<>(missing), new TreeSet<>(found), keysMax + " keys, seed " + seed);
      }
    }
  }

  /// Its answer comes in order: an earlier one would be one too many.
  @Test
  void leavesARemovalThatIsYetToBeAnswered() throws Exception {
    try (TestKafka kafka = new TestKafka(home)) {
      Generation generation = new Generation("later");
      TestKafka.provisioner().createEmbeddings(kafka.admin, generation);
      TopicPartition images = new TopicPartition(Topics.IMAGES.name(), 0);
      TopicPartition embeddings = new TopicPartition(Topics.imageEmbeddings(generation).name(), 0);
      for (String id : List.of("removed", "to-be-removed")) {
        kafka.image(0, id, id);
        kafka.send(embeddings.topic(), 0, id, new byte[] {1});
      }
      kafka.removal(0, "removed");
      long next = kafka.end(images);
      kafka.removal(0, "to-be-removed");
      assertEquals(
          Set.of("removed"),
          found(
              new MissingRemovals(
                  new KafkaClients(kafka.settings()),
                  new Part(images, 0, kafka.end(images)),
                  new Part(embeddings, 0, kafka.end(embeddings)),
                  next)));
    }
  }

  @Test
  void findsNothingInEmptyPartitions() throws Exception {
    try (TestKafka kafka = new TestKafka(home)) {
      TopicPartition images = new TopicPartition(Topics.IMAGES.name(), 0);
      Part none = new Part(images, 0, 0);
      assertEquals(
          Set.of(), found(new MissingRemovals(new KafkaClients(kafka.settings()), none, none, 0)));
    }
  }

  /// @return ids that are live in the end
  private Set<String> history(TestKafka kafka, TopicPartition partition) {
    Set<String> live = new HashSet<>();
    for (int i = 0; i < 2 * IDS; i++) {
      String id = "i" + random.nextInt(IDS);
      boolean put = random.nextInt(3) > 0;
      kafka.sendLater(
          partition.topic(), partition.partition(), id, put ? id.getBytes(UTF_8) : null);
      if (put) {
        live.add(id);
      } else {
        live.remove(id);
      }
    }
    kafka.flush();
    return live;
  }

  private static Set<String> found(MissingRemovals search) {
    Set<String> found = new HashSet<>();
    try (search) {
      while (!search.isDone()) {
        search.step().forEach(key -> found.add(new String(key, UTF_8)));
      }
    }
    return found;
  }
}
