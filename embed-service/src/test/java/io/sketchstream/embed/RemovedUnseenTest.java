package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Images are removed while nobody embeds, and Kafka's cleaner drops even the removals.
final class RemovedUnseenTest extends ComparedImagesFixture {
  private static final Duration LONG = Duration.ofDays(20);

  @BeforeEach
  void cleanAtOnce() throws Exception {
    kafka
        .admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.BROKER, ""),
                List.of(set("log.cleaner.backoff.ms", "50"))))
        .all()
        .get();
  }

  @Test
  void removesAnImageDeletedDuringALongAbsence() throws Exception {
    kafka.image(0, "gone-1", "gone");
    kafka.image(0, "stays-1", "stays");
    embedAll();
    removeWithoutTrace("gone-1");
    later = LONG;
    embedAll();
    assertEquals(Set.of("stays-1"), endingWith(state(generation).keySet(), "-1"));
    assertSameStateAs(kafka.records(Topics.IMAGES.name()));
  }

  @Test
  void removesAnImageDeletedAfterTheOffsetsExpired() throws Exception {
    kafka.image(0, "gone-2", "gone");
    kafka.image(0, "stays-2", "stays");
    embedAll();
    removeWithoutTrace("gone-2");
    kafka
        .admin
        .deleteConsumerGroupOffsets(
            generation.embedGroup(), kafka.committed(generation.embedGroup()).keySet())
        .all()
        .get();
    embedAll();
    assertEquals(Set.of("stays-2"), endingWith(state(generation).keySet(), "-2"));
  }

  /// Several are missing, and one of them was added again meanwhile.
  @Test
  void keepsAnImageThatWasAddedAgain() throws Exception {
    for (int i = 0; i < 5; i++) {
      kafka.image(0, "back-" + i + "-3", "back " + i);
    }
    embedAll();
    for (int i = 0; i < 5; i++) {
      kafka.removal(0, "back-" + i + "-3");
    }
    for (int i = 0; i < 5; i++) {
      awaitCleaned("back-" + i + "-3");
    }
    kafka.image(0, "back-2-3", "back again");
    later = LONG;
    embedAll();
    assertEquals(Set.of("back-2-3"), endingWith(state(generation).keySet(), "-3"));
    assertEmbedded("back again", state(generation).get("back-2-3"));
  }

  @Test
  void comparesAPausedBackfillBeforeItIsReady() throws Exception {
    ModelChanged.Builder backfilling =
        ModelChanged.newBuilder().setState(ModelState.BACKFILLING).setEpoch(count);
    kafka.model(generation, backfilling);
    kafka.image(0, "gone-4", "gone");
    try (Embedder embedder = embedder()) {
      awaitCompared();
      kafka.model(generation, backfilling.setPaused(true));
      // Another generation gets through all images meanwhile, so this one is paused.
      Generation other = new Generation(generation.id() + "-other");
      kafka.model(other, ModelState.BACKFILLING, 0);
      kafka.awaitEmbedded(other);
      removeWithoutTrace("gone-4");
      later = LONG;
      kafka.model(generation, backfilling.setPaused(false));
      Await.until("the image is removed", () -> !state(generation).containsKey("gone-4"));
      awaitCompared();
      assertEquals("RUNNING", embedder.generations().statuses().get(generation.id()));
      kafka.model(other, ModelState.RETIRED, 0);
    }
  }

  /// The topic of the embeddings was deleted by hand, and the group was kept.
  @Test
  void embedsEverythingAgainWhenTheEmbeddingsAreGone() throws Exception {
    kafka.image(0, "again-5", "again");
    embedAll();
    String topic = Topics.imageEmbeddings(generation).name();
    kafka.admin.deleteTopics(List.of(topic)).all().get();
    Await.until("the topic is gone", () -> !kafka.admin.listTopics().names().get().contains(topic));
    try (Embedder _ = embedder()) {
      Await.until(
          "it is embedded again",
          () -> hasTopic(topic) && state(generation).containsKey("again-5"));
      kafka.awaitEmbedded(generation);
    }
    assertSameStateAs(kafka.records(Topics.IMAGES.name()));
  }

  /// The topic of the images is deleted and recreated while they are embedded.
  @Test
  void nothingStaysOfImagesThatHadMore() throws Exception {
    assertFollowsNewImages("6", 12, 3);
  }

  @Test
  void nothingIsSkippedOfImagesThatHaveMore() throws Exception {
    assertFollowsNewImages("7", 3, 12);
  }

  private void assertFollowsNewImages(String test, int before, int after) throws Exception {
    try (Embedder _ = embedder()) {
      addImages("former-" + test, before);
      awaitCompared();
      recreateImages();
      addImages("present-" + test, after);
      awaitPresent(test, after);
    }
    assertSameStateAs(kafka.records(Topics.IMAGES.name()));
  }

  /// Nobody embeds meanwhile, but offsets of the former topic are committed again.
  @Test
  void anOwnerDoesNotGoOnAtAnOffsetOfFormerImages() throws Exception {
    addImages("former-8", 3);
    embedAll();
    Map<TopicPartition, OffsetAndMetadata> former = kafka.committed(generation.embedGroup());
    recreateImages();
    addImages("present-8", 12);
    kafka.admin.alterConsumerGroupOffsets(generation.embedGroup(), former).all().get();
    try (Embedder _ = embedder()) {
      awaitPresent("8", 12);
    }
    assertSameStateAs(kafka.records(Topics.IMAGES.name()));
  }

  /// Waits until exactly the present images are embedded, and nothing of other tests.
  private void awaitPresent(String test, int count) {
    Await.until(
        "the present images are embedded",
        Duration.ofSeconds(120),
        () ->
            state(generation).size() == count
                && state(generation).keySet().stream()
                    .allMatch(id -> id.startsWith("present-" + test)),
        () -> "too much, or not enough");
  }

  private static void addImages(String prefix, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      kafka.image(0, prefix + "-n" + i, "image " + i);
    }
  }

  private static void recreateImages() throws Exception {
    String images = Topics.IMAGES.name();
    kafka.admin.deleteTopics(List.of(images)).all().get();
    Await.until("it is gone", () -> !kafka.admin.listTopics().names().get().contains(images));
    TestKafka.provisioner().createPermanent(kafka.admin);
  }

  private boolean hasTopic(String topic) throws Exception {
    return kafka.admin.listTopics().names().get().contains(topic);
  }

  private void removeWithoutTrace(String id) throws Exception {
    kafka.removal(0, id);
    awaitCleaned(id);
  }

  /// Kafka's cleaner drops what was removed, and then the removal: it never touches the last
  /// segment, so others are begun.
  private void awaitCleaned(String id) throws Exception {
    ConfigResource images = new ConfigResource(ConfigResource.Type.TOPIC, Topics.IMAGES.name());
    alter(
        images,
        List.of(
            set("segment.ms", "1"),
            set("min.cleanable.dirty.ratio", "0.001"),
            set("delete.retention.ms", "0")));
    Await.until(
        "no trace is left of " + id,
        () -> {
          kafka.image(0, "filler", "filler");
          return kafka.records(Topics.IMAGES.name()).stream()
              .noneMatch(record -> new String(record.key(), UTF_8).equals(id));
        });
    alter(
        images,
        List.of(new AlterConfigOp(new ConfigEntry("segment.ms", ""), AlterConfigOp.OpType.DELETE)));
  }

  private void alter(ConfigResource resource, List<AlterConfigOp> changes) throws Exception {
    kafka.admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }
}
