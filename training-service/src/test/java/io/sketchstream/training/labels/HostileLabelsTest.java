package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.util.List;
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
      invalid += votes.apply(record("hostile", row.bytes())).isEmpty() ? 1 : 0;
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

  private static ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
    return new ConsumerRecord<>(Topics.LABELS.name(), 0, 0, key.getBytes(UTF_8), value);
  }
}
