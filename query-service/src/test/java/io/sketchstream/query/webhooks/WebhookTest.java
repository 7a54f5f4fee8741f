package io.sketchstream.query.webhooks;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Instants;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.query.webhooks.Receivers.Receiver;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WebhookTest {
  private static final Timestamp REGISTERED = Timestamp.newBuilder().setSeconds(1).build();
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private final WebhookOptions options = WebhookFixture.options(Duration.ofHours(24), true);
  private final WebhookMetrics metrics = new WebhookMetrics(new SimpleMeterRegistry());
  private final Receiver receiver =
      new Receiver("boats", REGISTERED, "https://example.org", "secret");

  /// Only time that has passed counts.
  @Test
  void aClockThatIsSetStopsNoWebhook() {
    Webhook webhook = new Webhook(receiver, options, metrics);
    for (int hours : new int[] {0, 30, 60, -60, 90}) {
      assertFalse(webhook.failed("it answered 500", NOW.plus(Duration.ofHours(hours))));
    }
  }

  @Test
  void theFailuresOfAFormerLeaderCount() {
    WebhookChanged note =
        WebhookChanged.newBuilder()
            .setQueryId("boats")
            .setRegisteredAt(REGISTERED)
            .setFailingSince(Instants.timestamp(NOW.minus(Duration.ofHours(25))))
            .build();
    Webhook webhook = new Webhook(receiver, options, metrics, note);
    assertFalse(webhook.failed("it answered 500", NOW));
    assertFalse(webhook.failed("it answered 500", NOW));
    assertTrue(webhook.failed("it answered 500", NOW));
  }
}
