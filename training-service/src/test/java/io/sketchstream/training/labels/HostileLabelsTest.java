package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/// Whatever a field of a label holds, it counts within bounds or not at all, and the next counts.
final class HostileLabelsTest {
  @Test
  void survivesHostileFieldValues() {
    ExampleLabelled image =
        ExampleLabelled.newBuilder()
            .setLabelId("l")
            .setImageId("cat-1")
            .setClassName("cat")
            .setLabelledBy("ann")
            .setLabelledAt(Timestamp.newBuilder().setSeconds(1))
            .build();
    ExampleLabelled sketch =
        image.toBuilder()
            .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8("a drawing")))
            .build();
    List<Row> rows =
        Stream.concat(HostileMessages.of(image).stream(), HostileMessages.of(sketch).stream())
            .toList();
    LabelVotes votes = new LabelVotes(10);
    int invalid = 0;
    for (Row row : rows) {
      Optional<ExampleLabelled> label = votes.apply(record("hostile", row.bytes()));
      invalid += label.isEmpty() ? 1 : 0;
      assertTrue(label.map(ExampleLabelled::getLabelledBy).orElse("").length() < 2_000, row.name());
      assertTrue(votes.verdict().classes().size() <= 1, row.name());
      votes
          .verdict()
          .classes()
          .forEach(
              (key, name) -> assertTrue(key.id().length() + name.length() < 2_000, row.name()));
    }
    assertTrue(invalid > 10, invalid + " were left out");
    assertTrue(votes.apply(record("good", image.toByteArray())).isPresent());
    assertEquals("cat", votes.verdict().classes().values().iterator().next());
  }

  /// The ids of all labels are in memory.
  @Test
  void keepsNoLongIds() {
    ExampleLabelled label =
        ExampleLabelled.newBuilder().setImageId("cat-1").setClassName("cat").build();
    LabelVotes votes = new LabelVotes(10);
    String id = "x".repeat(1 << 20);
    assertTrue(votes.apply(record(id, label.toByteArray())).isEmpty());
    assertFalse(votes.counts(id));
    assertEquals(0, votes.size());
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
    return new ConsumerRecord<>(Topics.LABELS.name(), 0, 0, key.getBytes(UTF_8), value);
  }
}
