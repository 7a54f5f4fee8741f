package io.sketchstream.ingest.gallery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

  @Test
  void leavesOutWhatIsNoImageAndGoesOn() throws Exception {
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
