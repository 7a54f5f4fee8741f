package io.sketchstream.query.webhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.MatchPosition;
import io.sketchstream.events.Topics;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.query.webhooks.Receivers.Receiver;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whatever a field of a webhook's note holds, it is left out, or the webhook goes on from an
/// offset that can be read.
final class HostileNotesTest {
  private static final Timestamp REGISTERED = Timestamp.newBuilder().setSeconds(1).build();
  private static final WebhookChanged EXAMPLE =
      WebhookChanged.newBuilder()
          .setQueryId("boats")
          .setRegisteredAt(REGISTERED)
          .setFailingSince(Timestamp.newBuilder().setSeconds(2))
          .setStoppedAt(Timestamp.newBuilder().setSeconds(3))
          .setReason("it answered 500")
          .addRemaining(MatchPosition.newBuilder().setPartition(1).setOffset(2))
          .setChangedAt(Timestamp.newBuilder().setSeconds(4))
          .build();

  /// Any client may write notes of queries that do not exist.
  @Test
  void holdsABoundedNumber() {
    NoteTable notes = new NoteTable(1 << 20);
    WebhookChanged own = EXAMPLE;
    notes = notes.with("boats", own);
    int leftOut = 0;
    for (int i = 0; i < 10_000; i++) {
      try {
        notes = notes.with("foreign-" + i, own.toBuilder().setQueryId("foreign-" + i).build());
      } catch (IllegalArgumentException _) {
        leftOut++;
      }
    }
    assertTrue(leftOut > 8_000, leftOut + " were left out");
    assertEquals(own, notes.all().get("boats"));
    for (int i = 0; i < 10_000; i++) {
      notes = notes.with("foreign-" + i, null);
    }
    assertEquals(Map.of("boats", own), notes.all());
    notes = notes.with("more", own.toBuilder().setQueryId("more").build());
    assertEquals(2, notes.all().size());
  }

  @Test
  void goesOnWhateverAFieldHolds() {
    int leftOut = 0;
    for (WebhookChanged example :
        new WebhookChanged[] {EXAMPLE, EXAMPLE.toBuilder().clearStoppedAt().build()}) {
      for (Row row : HostileMessages.of(example)) {
        Map<String, WebhookChanged> notes = Map.of();
        try {
          notes =
              new NoteTable()
                  .with(
                      "boats",
                      Topics.WEBHOOKS.valueSerde().deserializer().deserialize("", row.bytes()))
                  .all();
        } catch (RuntimeException _) {
          leftOut++;
        }
        for (WebhookChanged note : notes.values()) {
          Webhook webhook =
              new Webhook(
                  new Receiver("boats", REGISTERED, "https://example.org", "secret"),
                  WebhookFixture.options(Duration.ofHours(1), true),
                  new WebhookMetrics(new SimpleMeterRegistry()),
                  note);
          for (int partition = 0; partition < 3; partition++) {
            assertTrue(webhook.from(partition) >= 0, row.name());
          }
          boolean stopped = webhook.failed("again", Instant.ofEpochSecond(10));
          assertEquals(false, stopped, row.name());
          WebhookChanged again = webhook.note(Map.of(0, 5L, 1, 5L));
          notes = new NoteTable().with("boats", again).all();
          assertEquals(again, notes.get("boats"), row.name());
          assertTrue(
              again.getFailingSince().getSeconds() <= 10 || again.hasStoppedAt(), row.name());
        }
      }
    }
    assertTrue(leftOut > 10, leftOut + " were left out");
  }
}
