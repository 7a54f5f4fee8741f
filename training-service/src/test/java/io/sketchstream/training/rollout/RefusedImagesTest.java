package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.EventHeaders.Origin;
import io.sketchstream.events.Generation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/// Whatever the headers of a dead letter hold, it counts for nobody, or once for whom it names.
final class RefusedImagesTest {
  private static final List<byte[]> HOSTILE =
      Arrays.asList(
          null,
          new byte[0],
          new byte[] {-1, -1},
          "-1".getBytes(UTF_8),
          "99999999999999999999".getBytes(UTF_8),
          "x".repeat(1 << 20).getBytes(UTF_8));

  @Test
  void countsEachLetterOnceWhateverTheOthersHold() {
    Map<String, Set<Origin>> refused = Map.of("g1", new HashSet<>(), "g2", new HashSet<>());
    for (String header :
        List.of(
            EventHeaders.REFUSED_BY,
            "dead-letter-topic",
            "dead-letter-partition",
            "dead-letter-offset")) {
      for (byte[] value : HOSTILE) {
        RecordHeaders letter = letter();
        letter.remove(header);
        letter.add(header, value);
        RefusedImages.count(letter, RefusedImagesTest::isOfImages, refused);
      }
    }
    RefusedImages.count(new RecordHeaders(), RefusedImagesTest::isOfImages, refused);
    assertEquals(0, refused.get("g1").size() + refused.get("g2").size());
    RefusedImages.count(letter(), RefusedImagesTest::isOfImages, refused);
    RefusedImages.count(letter(), RefusedImagesTest::isOfImages, refused);
    assertEquals(1, refused.get("g1").size());
  }

  private static boolean isOfImages(Origin origin) {
    return origin.topic().equals("images") && origin.partition() == 1 && origin.offset() == 2;
  }

  private static RecordHeaders letter() {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.refuse(headers, "images", 1, 2, "reason");
    EventHeaders.setRefusedBy(headers, new Generation("g1"));
    return headers;
  }
}
