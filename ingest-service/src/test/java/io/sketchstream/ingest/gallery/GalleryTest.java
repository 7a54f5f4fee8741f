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
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
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
