package io.sketchstream.ingest.gallery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.events.Sha256;
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
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GalleryTest {
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

  /// The end of a transaction is a record that no reader gets.
  @Test
  void catchesUpWithTransactionsOfOthers() throws Exception {
    Map<String, Object> settings = TestGallery.clientSettings(broker);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "another");
    TopicPartition images = new TopicPartition(Topics.IMAGES.name(), 0);
    try (TestGallery here = TestGallery.open(broker, state.resolve("transactions"));
        Admin admin = Admin.create(TestGallery.clientSettings(broker));
        KafkaProducer<byte[], byte[]> writer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      LogOffsets offsets = new LogOffsets(admin, Duration.ofSeconds(20));
      long before = here.gallery().count();
      writer.initTransactions();
      for (boolean commit : List.of(true, false)) {
        writer.beginTransaction();
        long last =
            writer
                .send(new ProducerRecord<>(images.topic(), 0, "t".getBytes(UTF_8), null))
                .get()
                .offset();
        if (commit) {
          writer.commitTransaction();
        } else {
          writer.abortTransaction();
        }
        Await.until(
            "the transaction has ended",
            () -> offsets.ends(List.of(images)).get(images) == last + 2);
        assertEquals(before, here.gallery().count());
      }
    }
  }

  @Test
  void neverLosesTheLastWriteOfTwoInstances() throws Exception {
    byte[] a = TestImages.png(1);
    byte[] b = TestImages.png(2);
    try (TestGallery here = TestGallery.open(broker, state.resolve("here"));
        TestGallery there = TestGallery.open(broker, state.resolve("there"))) {
      for (int round = 0; round < 20; round++) {
        String id = "aba-" + round;
        assertTrue(here.put(id, a).changed());
        assertTrue(there.put(id, b).changed(), "there saw the write of here");
        assertTrue(here.put(id, a).changed(), "here must not answer from the past: " + round);
        there.gallery().count(); // Catches up.
        assertFalse(there.put(id, a).changed(), "there sees that here has put it back");
        assertEquals(here.gallery().find(id), there.gallery().find(id));
        assertTrue(there.remove(id).isPresent());
        assertTrue(here.put(id, a).changed(), "removed over there, so it is new");
        assertTrue(here.remove(id).isPresent());
        assertEquals(Optional.empty(), there.remove(id));
        assertEquals(Optional.empty(), there.gallery().find(id));
      }
    }
  }

  @Test
  void seesItsOwnWritesAtOnce() throws Exception {
    try (TestGallery gallery = TestGallery.open(broker, state)) {
      long before = gallery.gallery().count();
      for (int i = 0; i < 20; i++) {
        String id = "own-" + i;
        byte[] original = TestImages.png(i);
        String position = gallery.put(id, original).position();
        assertEquals(position, gallery.gallery().find(id).orElseThrow().position());
        assertEquals(position, gallery.put(id, original).position(), "unchanged");
        assertEquals(before + 1, gallery.gallery().count());
        assertTrue(gallery.gallery().read(id).orElseThrow().jpeg().size() > 100);
        gallery.remove(id);
        assertEquals(Optional.empty(), gallery.gallery().read(id));
        assertEquals(before, gallery.gallery().count());
      }
    }
  }

  /// Changes read before they write; none may bring an older picture or other attributes back.
  @Test
  void keepsAWriteDuringAChangeOfAttributes() throws Exception {
    try (TestGallery gallery = TestGallery.open(broker, state)) {
      gallery.put("changed", TestImages.png(0));
      for (int round = 1; round <= 20; round++) {
        byte[] original = TestImages.png(round);
        String tag = "tag-" + round;
        Thread writing =
            Thread.ofVirtual()
                .start(() -> assertDoesNotThrow(() -> gallery.put("changed", original)));
        assertTrue(gallery.change("changed", before -> before.toBuilder().addTags(tag).build()));
        writing.join();

        ImageIngested image = gallery.gallery().read("changed").orElseThrow().image();
        assertArrayEquals(
            Sha256.of(original), image.getContentSha256().toByteArray(), "round " + round);
      }
      assertFalse(gallery.change("changed", before -> before), "unchanged");
    }
  }

  /// Where the pixels stay, embed can take over the embedding of the record that is named.
  @Test
  void namesTheRecordThatAnotherOneOfTheSameOriginalReplaces() throws Exception {
    try (TestGallery gallery = TestGallery.open(broker, state)) {
      String first = gallery.put("named", TestImages.png(1)).position();
      assertFalse(gallery.gallery().read("named").orElseThrow().image().hasFormerOffset());
      assertTrue(gallery.change("named", before -> before.toBuilder().addTags("one").build()));
      String second = gallery.gallery().find("named").orElseThrow().position();
      assertEquals(first, formerOf(gallery, "named"));
      gallery.put("named", TestImages.png(1)); // Without the tag.
      assertEquals(second, formerOf(gallery, "named"));
      gallery.put("named", TestImages.png(2));
      assertFalse(gallery.gallery().read("named").orElseThrow().image().hasFormerOffset());
      gallery.remove("named");
      gallery.put("named", TestImages.png(2));
      assertFalse(gallery.gallery().read("named").orElseThrow().image().hasFormerOffset());
    }
  }

  private static String formerOf(TestGallery gallery, String id) {
    Gallery.StoredImage stored = gallery.gallery().read(id).orElseThrow();
    return PositionTokens.format(stored.entry().partition(), stored.image().getFormerOffset());
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

  /// The topic is deleted and made again while an instance runs.
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
  void skipsInvalidImages() throws Exception {
    try (TestGallery gallery = TestGallery.open(broker, state)) {
      long before = gallery.gallery().count();
      gallery.put("broken", TestImages.png(1));
      writeGarbage("broken");
      assertEquals(before, gallery.gallery().count());
      assertEquals(Optional.empty(), gallery.gallery().read("broken"));
      assertTrue(gallery.put("broken", TestImages.png(1)).changed());
      assertEquals(before + 1, gallery.gallery().count());
    }
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

  private static void writeGarbage(String id) throws Exception {
    Map<String, Object> settings = new HashMap<>(TestGallery.clientSettings(broker));
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(Topics.IMAGES.name(), id, new byte[] {-1, -1, -1}))
          .get(10, TimeUnit.SECONDS);
    }
  }
}
