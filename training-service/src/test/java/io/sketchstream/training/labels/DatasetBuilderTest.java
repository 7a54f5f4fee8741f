package io.sketchstream.training.labels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.TopicProvisioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetBuilderTest {
  @TempDir Path home;

  /// A client that labels again and again neither fills the disk nor the memory.
  @Test
  void keepsNoSketchOfALabelThatWasReplaced() throws Exception {
    Path data = home.resolve("data");
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka)) {
        new TopicProvisioner(1, (short) 1).createPermanent(admin);
      }
      try (LabelledTopics topics = new LabelledTopics(kafka)) {
        topics.fill(home.resolve("pictures"), 2, 4);
        for (Path sketch : sketches(home.resolve("pictures/sketches"))) {
          topics.label(
              "again",
              ExampleLabelled.newBuilder()
                  .setClassName("triangle")
                  .setSketch(
                      Sketch.newBuilder()
                          .setRaster(ByteString.copyFrom(Files.readAllBytes(sketch)))));
        }
        topics.withdrawSketches();
      }
      TopicReader reader = new TopicReader(kafka, "test");
      AtomicLong most = new AtomicLong();
      LabelledDataset dataset =
          new DatasetBuilder(reader, new DatasetBuilder.Options(2, 2, 100, 100, 0, 0), data)
              .build(
                  TopicSnapshot.take(reader),
                  (_, _) -> most.accumulateAndGet(sketches(data).size(), Math::max));
      assertEquals(8, dataset.pictures().photos().size());
      assertEquals(1, dataset.pictures().sketches().size());
      assertEquals(1, most.get());
    }
  }

  private static List<Path> sketches(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("sketches"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
