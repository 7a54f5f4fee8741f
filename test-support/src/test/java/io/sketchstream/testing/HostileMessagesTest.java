package io.sketchstream.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.testing.HostileMessages.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class HostileMessagesTest {
  private static final ImageIngested EXAMPLE =
      ImageIngested.newBuilder()
          .setImageId("cat")
          .setAttributes(ImageAttributes.newBuilder().addTags("a").putExtra("b", "c"))
          .setIngestedAt(Timestamp.newBuilder().setSeconds(1))
          .build();

  @Test
  void coversEveryFieldAtEveryDepth() {
    Set<String> names =
        HostileMessages.of(EXAMPLE).stream().map(Row::name).collect(Collectors.toSet());
    for (String name :
        List.of(
            "null",
            "cut off",
            "image_id = a megabyte",
            "image_id absent",
            "content_sha256 = 100 bytes",
            "width = -1",
            "attributes empty",
            "attributes.tags x 20000",
            "attributes.extra key = empty",
            "attributes.extra value = a megabyte",
            "ingested_at.seconds = 9223372036854775807",
            "ingested_at.nanos = -2147483648")) {
      assertTrue(names.contains(name), name + " is missing");
    }
  }

  @Test
  void changesOneFieldPerRow() throws Exception {
    List<Row> rows = HostileMessages.of(EXAMPLE);
    Set<String> names = new HashSet<>();
    for (Row row : rows) {
      assertTrue(names.add(row.name()), row.name() + " comes twice");
    }
    Row row = rows.stream().filter(r -> r.name().equals("width = -1")).findFirst().orElseThrow();
    ImageIngested hostile = ImageIngested.parseFrom(row.bytes());
    assertNotEquals(EXAMPLE, hostile);
    assertEquals(EXAMPLE, hostile.toBuilder().clearWidth().build());
  }
}
