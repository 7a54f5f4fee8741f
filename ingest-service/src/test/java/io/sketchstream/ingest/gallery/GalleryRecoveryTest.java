package io.sketchstream.ingest.gallery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a gallery holds after a restart, a loss of its state, and a topic that was recreated.
final class GalleryRecoveryTest {
  @TempDir static Path home;
  static EmbeddedBroker broker;

  @TempDir Path state;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(home);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void isTheSameAfterARestartAndAfterLosingItsState() throws Exception {
    long seed = Long.getLong("tests.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<String, GalleryEntry> before;
    try (TestGallery gallery = TestGallery.open(broker, state.resolve("kept"))) {
      for (int i = 0; i < 200; i++) {
        String id = "restart-" + random.nextInt(40);
        if (random.nextInt(3) == 0) {
          gallery.remove(id);
        } else {
          gallery.put(id, TestImages.png(random.nextInt(5)));
        }
      }
      before = entries(gallery);
    }
    try (TestGallery restarted = TestGallery.open(broker, state.resolve("kept"));
        TestGallery wiped = TestGallery.open(broker, state.resolve("wiped"))) {
      assertEquals(before, entries(restarted), "restarted, seed " + seed);
      assertEquals(before, entries(wiped), "restored from Kafka alone, seed " + seed);
      assertEquals(restarted.gallery().count(), wiped.gallery().count(), "seed " + seed);
      String id = before.keySet().iterator().next();
      assertArrayEquals(
          restarted.gallery().read(id).orElseThrow().jpeg().toByteArray(),
          wiped.gallery().read(id).orElseThrow().jpeg().toByteArray());
    }
  }

  /// While an instance was away, an image was removed, and Kafka has dropped the tombstone since.
  @Test
  void forgetsImagesRemovedDuringALongAbsence() throws Exception {
    try (EmbeddedBroker own = EmbeddedBroker.start(state.resolve("kafka"));
        Admin admin = Admin.create(TestGallery.clientSettings(own))) {
      Path kept = state.resolve("away");
      try (TestGallery instance = TestGallery.open(own, kept)) {
        instance.put("away-1", TestImages.png(1));
        assertEquals(1, instance.gallery().count());
      }
      emptyImages(admin);
      try (Stream<Path> files = Files.walk(kept)) {
        Path time = files.filter(file -> file.endsWith("caught-up")).findFirst().orElseThrow();
        Files.setLastModifiedTime(time, FileTime.from(Instant.now().minus(Duration.ofDays(20))));
      }
      try (TestGallery instance = TestGallery.open(own, kept)) {
        assertEquals(0, instance.gallery().count());
      }
    }
  }

  /// The topic is deleted and recreated while an instance runs.
  @Test
  void holdsWhatARecreatedTopicHas() throws Exception {
    try (EmbeddedBroker own = EmbeddedBroker.start(state.resolve("kafka"));
        Admin admin = Admin.create(TestGallery.clientSettings(own));
        TestGallery instance = TestGallery.open(own, state.resolve("runs"))) {
      for (int i = 0; i < 12; i++) {
        instance.put("restart-" + i, TestImages.png(i));
      }
      assertHoldsWhatIsWritten(instance, own, admin, 100, 2); // Fewer than before.
      assertHoldsWhatIsWritten(instance, own, admin, 200, 20); // More.
      assertTrue(instance.put("restart-0", TestImages.png(0)).changed(), "Kafka lost it");
    }
  }

  private void assertHoldsWhatIsWritten(
      TestGallery instance, EmbeddedBroker own, Admin admin, int first, int count)
      throws Exception {
    String images = Topics.IMAGES.name();
    admin.deleteTopics(List.of(images)).all().get();
    Await.until("it is gone", () -> !admin.listTopics().names().get().contains(images));
    try (TestGallery other = TestGallery.open(own, state.resolve("other-" + first))) {
      for (int i = first; i < first + count; i++) {
        other.put("restart-" + i, TestImages.png(i));
      }
      Map<String, GalleryEntry> present = entries(other);
      assertEquals(count, present.size());
      Await.until(
          "the new topic is read", () -> instance.isReady() && entries(instance).equals(present));
      assertEquals(count, instance.gallery().count());
    }
  }

  /// A restore may take long; the supervisor is told that it goes on.
  @Test
  void tellsWhileItRestores() throws Exception {
    try (TestGallery gallery = TestGallery.open(broker, state.resolve("first"))) {
      gallery.put("restored", TestImages.png(1));
    }
    AtomicInteger told = new AtomicInteger();
    try (Admin admin = Admin.create(TestGallery.clientSettings(broker));
        GalleryDirectory directory =
            new GalleryDirectory(
                TestGallery.clientSettings(broker),
                Files.createDirectories(state.resolve("second")),
                2,
                new LogOffsets(admin, Duration.ofSeconds(10)),
                Duration.ofSeconds(10))) {
      directory.start(told::incrementAndGet);
      assertTrue(told.get() > 0);
    }
  }

  private static void emptyImages(Admin admin) throws Exception {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    for (int p = 0; p < 2; p++) {
      all.put(new TopicPartition(Topics.IMAGES.name(), p), RecordsToDelete.beforeOffset(-1));
    }
    // Kafka deletes records only where a topic is not compacted.
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, Topics.IMAGES.name()),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET))))
        .all()
        .get();
    admin.deleteRecords(all).all().get();
  }

  @Test
  void forgetsTheStateOfAnotherTopic() throws Exception {
    Path former = Files.createDirectories(state.resolve("images-v1-another/ingest-directory"));
    Path other = Files.writeString(state.resolve("notes.txt"), "not ours");
    try (TestGallery gallery = TestGallery.open(broker, state)) {
      assertTrue(gallery.gallery().count() >= 0);
      assertFalse(Files.exists(former));
      assertTrue(Files.exists(other));
    }
  }

  private static Map<String, GalleryEntry> entries(TestGallery gallery) {
    gallery.gallery().count(); // Catches up.
    Map<String, GalleryEntry> entries = new TreeMap<>();
    gallery.gallery().forEach("restart-", entries::put);
    return entries;
  }
}
