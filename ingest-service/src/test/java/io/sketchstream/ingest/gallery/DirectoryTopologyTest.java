package io.sketchstream.ingest.gallery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.HostileMessages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryTopologyTest {
  @TempDir Path state;

  private final List<Long> counts = new ArrayList<>();
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> images;

  @BeforeEach
  void open() {
    open(state.resolve("first"));
  }

  private void open(Path directory) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "directory");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver =
        new TopologyTestDriver(
            DirectoryTopology.build(() -> new DirectoryProcessor(counts::add, (_, _) -> {})),
            settings);
    images =
        driver.createInputTopic(
            Topics.IMAGES.name(), new StringSerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void holdsTheLastRecord() {
    images.pipeInput("cat", image("cat", 32, "jpeg"));
    images.pipeInput("dog", image("dog", 32, "jpeg"));
    images.pipeInput("cat", image("cat", 32, "another"));

    assertEquals(2, counts.getLast());
    assertEquals(2, GalleryEntry.fromBytes(entries().get("cat")).offset());
  }

  @Test
  void forgetsARemovedImage() {
    images.pipeInput("cat", image("cat", 32, "jpeg"));
    images.pipeInput("cat", (byte[]) null);
    images.pipeInput("cat", (byte[]) null);

    assertEquals(0, counts.getLast());
    assertNull(entries().get("cat"));
  }

  @Test
  void countsAnImageWrittenTwiceOnce() {
    images.pipeInput("cat", image("cat", 32, "jpeg"));
    images.pipeInput("cat", image("cat", 32, "jpeg"));

    assertEquals(1, counts.getLast());
    assertEquals("0:1", GalleryEntry.fromBytes(entries().get("cat")).position());
  }

  @Test
  void continuesWithItsStateAfterARestart() throws IOException {
    images.pipeInput("cat", image("cat", 32, "jpeg"));
    images.pipeInput("dog", image("dog", 32, "jpeg"));
    entries().close(); // Writes everything to its files.
    Path kept = state.resolve("second");
    copy(state.resolve("first"), kept); // The driver deletes its own directory.
    driver.close();

    open(kept);
    assertEquals(2, counts.getLast());
    images.pipeInput("cat", (byte[]) null);
    images.pipeInput("bird", image("bird", 32, "jpeg"));

    assertEquals(2, counts.getLast());
    assertNull(entries().get("cat"));
    assertEquals("0:1", GalleryEntry.fromBytes(entries().get("dog")).position());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !f.endsWith("LOCK")).toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 33, 100, 100_000})
  void leavesOutARecordWhoseHashHasAnotherLength(int size) {
    images.pipeInput("cat", image("cat", size, "jpeg"));
    images.pipeInput("dog", image("dog", 32, "jpeg"));

    assertNull(entries().get("cat"));
    assertEquals("0:1", GalleryEntry.fromBytes(entries().get("dog")).position());
  }

  @Test
  void skipsInvalidRecords() {
    images.pipeInput("cat", new byte[] {-1, -1});
    images.pipeInput("dog", image("dog", 32, ""));
    images.pipeInput(null, image("nobody", 32, "jpeg"));
    images.pipeInput("bird", image("bird", 32, "jpeg"));

    assertEquals(1, counts.getLast());
  }

  /// A change of `cat` would be written under the id of the other image.
  @Test
  void leavesOutARecordOfAnotherImage() {
    images.pipeInput("cat", image("dog", 32, "jpeg"));
    images.pipeInput("bird", image("bird", 32, "jpeg"));

    assertNull(entries().get("cat"));
    assertEquals(1, counts.getLast());
  }

  @Test
  void keepsNoAttributesThatNoRequestMaySet() {
    for (ImageAttributes attributes :
        List.of(
            ImageAttributes.newBuilder().setUri("u".repeat(2_001)).build(),
            ImageAttributes.newBuilder().setTitle("t".repeat(1_001)).build(),
            ImageAttributes.newBuilder().addTags("t".repeat(101)).build(),
            ImageAttributes.newBuilder().putExtra("e", "t".repeat(1_001)).build())) {
      images.pipeInput(
          "cat",
          ImageIngested.newBuilder()
              .setImageId("cat")
              .setJpeg(ByteString.copyFromUtf8("jpeg"))
              .setContentSha256(ByteString.copyFrom(new byte[32]))
              .setAttributes(attributes)
              .build()
              .toByteArray());
      assertNull(entries().get("cat"));
    }
  }

  /// Whatever a field holds, the record is left out or its entry can be read, and the next is read.
  @Test
  void survivesHostileFieldValues() {
    ImageIngested example =
        ImageIngested.newBuilder()
            .setImageId("hostile")
            .setJpeg(ByteString.copyFromUtf8("jpeg"))
            .setContentSha256(ByteString.copyFrom(new byte[32]))
            .setAttributes(
                ImageAttributes.newBuilder()
                    .setUri("file:a")
                    .setTitle("a")
                    .addTags("b")
                    .putExtra("c", "d"))
            .setIngestedAt(Timestamp.newBuilder().setSeconds(1))
            .build();
    List<HostileMessages.Row> rows = HostileMessages.of(example);
    for (HostileMessages.Row row : rows) {
      images.pipeInput("hostile", row.bytes());
      byte[] entry = entries().get("hostile");
      if (entry != null) {
        assertEquals(58, GalleryEntry.fromBytes(entry).etag().length(), row.name());
        assertTrue(entry.length < 10_000, row.name());
      }
    }
    images.pipeInput("bird", image("bird", 32, "jpeg"));
    assertEquals("0:" + rows.size(), GalleryEntry.fromBytes(entries().get("bird")).position());
  }

  private KeyValueStore<String, byte[]> entries() {
    return driver.getKeyValueStore(DirectoryTopology.STORE);
  }

  private static byte[] image(String id, int hashSize, String jpeg) {
    return ImageIngested.newBuilder()
        .setImageId(id)
        .setJpeg(ByteString.copyFromUtf8(jpeg))
        .setContentSha256(ByteString.copyFrom(new byte[hashSize]))
        .build()
        .toByteArray();
  }
}
