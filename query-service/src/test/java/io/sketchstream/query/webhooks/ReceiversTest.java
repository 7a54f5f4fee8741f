package io.sketchstream.query.webhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.Webhook;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReceiversTest {
  private final Receivers receivers = new Receivers(2);

  /// The same that match: what is beyond the quota takes up neither memory nor calls.
  @Test
  void onlyQueriesThatAreKeptHaveWebhooks() {
    for (int i = 0; i < 100; i++) {
      add("q" + i);
    }
    assertEquals(Set.of("q0", "q1"), receivers.all().keySet());
    assertEquals(Set.of("q0", "q1"), Set.copyOf(receivers.expired(_ -> true)));
    Receivers _ = receivers.with("q0", null);
    assertEquals(Set.of("q1", "q2"), receivers.all().keySet());
    add("q1"); // Registered again, it comes last.
    assertEquals(Set.of("q2", "q3"), receivers.all().keySet());
  }

  @Test
  void anInvalidQueryTakesUpNoRoom() {
    for (int i = 0; i < 100; i++) {
      String id = "q" + i;
      StandingQuery invalid = query(id).toBuilder().clearText().build();
      assertThrows(IllegalArgumentException.class, () -> receivers.with(id, invalid));
    }
    assertThrows(
        IllegalArgumentException.class, () -> receivers.with("x".repeat(1 << 20), query("a")));
    assertEquals(List.of(), receivers.expired(_ -> true));
    add("b");
    assertEquals(Set.of("b"), receivers.all().keySet());
    assertThrows(
        IllegalArgumentException.class,
        () -> receivers.with("b", query("b").toBuilder().clearCreatedAt().build()));
    assertEquals(Set.of(), receivers.all().keySet());
  }

  private void add(String id) {
    Receivers _ = receivers.with(id, query(id));
  }

  private static StandingQuery query(String id) {
    return StandingQuery.newBuilder()
        .setQueryId(id)
        .setText("boat")
        .setCreatedAt(Timestamp.newBuilder().setSeconds(1))
        .setUntil(Timestamp.newBuilder().setSeconds(2))
        .setWebhook(
            Webhook.newBuilder().setUrl("https://example.org/").setSecret("0123456789abcdef"))
        .build();
  }
}
