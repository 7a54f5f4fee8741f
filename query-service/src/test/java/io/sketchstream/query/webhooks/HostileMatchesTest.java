package io.sketchstream.query.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/// What waits for webhooks is in memory: whatever a record holds, it is small there.
final class HostileMatchesTest {
  private static final int KEPT_SIZE_MAX = 100 << 10;
  private static final StandingQueryMatched EXAMPLE =
      StandingQueryMatched.newBuilder()
          .setQueryId("boats")
          .setImageId("a")
          .setGeneration("g1")
          .setScore(.5f)
          .setThreshold(.4f)
          .setPosition(ImagePosition.newBuilder().setOffset(2))
          .setSeenTo(ImagePosition.newBuilder().setOffset(2))
          .setAttributes(
              ImageAttributes.newBuilder()
                  .setTitle("Boats")
                  .setUri("https://example.org/a")
                  .addTags("sea")
                  .putExtra("name", "value"))
          .setIngestedAt(Timestamp.newBuilder().setSeconds(1))
          .setMatchedAt(Timestamp.newBuilder().setSeconds(1))
          .build();

  @Test
  void keepsLittleOfEachMatch() {
    int sent = 0;
    for (Row row : HostileMessages.of(EXAMPLE)) {
      String image = imageOf(row);
      Optional<Delivery> delivery =
          MatchPositions.delivery(
              new ConsumerRecord<>(
                  Topics.MATCHES.name(),
                  0,
                  7,
                  Topics.matchKey("boats", image).getBytes(UTF_8),
                  row.bytes()));
      if (delivery.isPresent()) {
        sent++;
        assertTrue(delivery.get().match().getSerializedSize() < KEPT_SIZE_MAX, row.name());
        assertTrue(delivery.get().body().length > 0, row.name());
      }
    }
    assertTrue(sent > 10, sent + " are sent");
  }

  private static String imageOf(Row row) {
    try {
      return StandingQueryMatched.parseFrom(row.bytes()).getImageId();
    } catch (Exception _) {
      return "a";
    }
  }

  @Test
  void tellsAllOfAnOrdinaryMatch() {
    Optional<Delivery> delivery =
        MatchPositions.delivery(
            new ConsumerRecord<>(
                Topics.MATCHES.name(), 0, 7, "boats a".getBytes(UTF_8), EXAMPLE.toByteArray()));
    assertEquals(
        new String(new Delivery(0, 7, EXAMPLE).body(), UTF_8),
        new String(delivery.orElseThrow().body(), UTF_8));
  }
}
