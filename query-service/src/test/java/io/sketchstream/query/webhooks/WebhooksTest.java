package io.sketchstream.query.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Instants;
import io.sketchstream.events.MatchPosition;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.Topics;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// Which matches reach which webhook, whatever fails.
final class WebhooksTest extends WebhookFixture {
  @Test
  void deliversSignedMatchesAndWithdrawals() throws Exception {
    HookServer server = server();
    Webhooks webhooks = start(options(Duration.ofHours(24), true));
    register("boats", server);
    matched("boats", "im/age ü", false);
    matched("boats", "im/age ü", true);
    Await.until("both are sent", () -> server.taken().size() == 2);
    for (HookServer.Call call : server.calls()) {
      assertEquals(
          "v1=" + Delivery.signature(SECRET, call.timestamp(), call.body().getBytes(UTF_8)),
          call.signature());
      assertTrue(call.body().contains("\"imageId\":\"im/age ü\""), call.body());
      assertTrue(call.body().contains("\"id\":\"" + call.id() + "\""), call.body());
    }
    assertTrue(server.calls().get(0).body().contains("\"event\":\"match\""));
    assertTrue(server.calls().get(1).body().contains("\"event\":\"withdrawal\""));
    assertEquals(2, new LinkedHashSet<>(server.taken()).size());
    assertEquals(Optional.empty(), trouble(webhooks, "boats"));
  }

  @Test
  void retriesWithTheSameIdUntilAccepted() throws Exception {
    HookServer server = server();
    server.answers(500);
    Webhooks webhooks = start(options(Duration.ofHours(24), true));
    register("boats", server);
    for (int i = 0; i < 100; i++) { // More than are queued.
      matched("boats", "image" + i, false);
    }
    awaitReason(webhooks, "boats", "it answered 500");
    assertTrue(trouble(webhooks, "boats").orElseThrow().hasFailingSince());
    server.answers(200);
    Await.until("all are sent", () -> new LinkedHashSet<>(server.taken()).size() == 100);
    Await.until("it shows no more", () -> trouble(webhooks, "boats").isEmpty());
    assertEquals(100, server.taken().size());
    assertEquals(server.calls().getFirst().id(), server.taken().getFirst());
  }

  /// It comes from a process that was suspended.
  @Test
  void doesNotSendAMatchThatSawLessThanItsWithdrawal() throws Exception {
    HookServer server = server();
    start(options(Duration.ofHours(24), true));
    register("boats", server);
    matched("boats", "a", false, 5);
    matched("boats", "a", true, 7);
    matched("boats", "a", false, 6);
    matched("boats", "a", true, 9);
    Await.until(
        "what follows is sent",
        () -> new LinkedHashSet<>(server.taken()).size() == 2 && server.taken().size() >= 3);
    assertEquals(3, server.taken().size());
    assertEquals(server.taken().get(1), server.taken().get(2));
  }

  @Test
  void sendsAllMatchesOfATopicThatWasMadeAnew() throws Exception {
    HookServer server = server();
    start(options(Duration.ofHours(24), true));
    register("boats", server);
    for (int i = 0; i < 20; i++) {
      matched("boats", "former" + i, false);
    }
    Await.until("the former are sent", () -> new LinkedHashSet<>(server.taken()).size() == 20);
    makeMatchesAnew();
    for (int i = 0; i < 60; i++) {
      matched("boats", "present" + i, false);
    }
    Await.until("all are sent", () -> new LinkedHashSet<>(server.taken()).size() == 80);
  }

  @Test
  void callsNoPrivateAddressAndFollowsNoRedirect() throws Exception {
    HookServer server = server();
    Webhooks webhooks = start(options(Duration.ofHours(24), false));
    register("boats", server);
    matched("boats", "image", false);
    awaitReason(webhooks, "boats", "its address 127.0.0.1 is not public: it is not called");
    assertEquals(List.of(), server.calls());
    for (String url : List.of("http://localhost/", "http://[::1]:81/", "http://10.0.0.1/a")) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> webhooks.check(url));
      assertTrue(refused.getMessage().contains("is not public"), refused.getMessage());
    }
    for (String url : List.of("ftp://a/", "nothing", "https://a@b/", "https://b/#c", "https:///")) {
      assertThrows(IllegalArgumentException.class, () -> webhooks.check(url));
    }
    stop(webhooks);
    server.answers(302);
    Webhooks open = start(options(Duration.ofHours(24), true));
    awaitReason(open, "boats", "it answered 302: redirects are not followed");
  }

  @Test
  void isNotDelayedByADeadReceiver() throws Exception {
    HookServer dead = server();
    HookServer live = server();
    dead.answers(0);
    start(options(Duration.ofHours(24), true));
    register("dead", dead);
    register("live", live);
    for (int i = 0; i < 100; i++) {
      matched("dead", "image" + i, false);
      matched("live", "image" + i, false);
    }
    Await.until("the live one gets all", () -> live.taken().size() == 100);
    assertFalse(dead.calls().isEmpty());
    assertEquals(1, dead.calls().stream().map(HookServer.Call::id).distinct().count());
  }

  /// What was not sent before is sent afterwards, by another process; a repeat has the same id.
  @Test
  void losesNothingInARestart() throws Exception {
    HookServer failing = server();
    HookServer live = server();
    failing.answers(503);
    Webhooks first = start(options(Duration.ofHours(24), true));
    register("failing", failing);
    register("live", live);
    for (int i = 0; i < 50; i++) {
      matched("failing", "image" + i, false);
      matched("live", "image" + i, false);
    }
    awaitReason(first, "failing", "it answered 503");
    Await.until("the other one gets them", () -> live.taken().size() == 50);
    stop(first);
    failing.answers(200);
    for (int i = 50; i < 60; i++) {
      matched("failing", "image" + i, false);
      matched("live", "image" + i, false);
    }
    Webhooks second = start(options(Duration.ofHours(24), true));
    Await.until("nothing is lost", () -> new LinkedHashSet<>(failing.taken()).size() == 60);
    Await.until("nor here", () -> new LinkedHashSet<>(live.taken()).size() == 60);
    assertEquals(60, failing.taken().size());
    assertEquals(60, live.taken().size());
    Await.until("all is well", () -> trouble(second, "failing").isEmpty());
  }

  /// The loop dies without a word, as in a crash, and starts again.
  @Test
  void losesNothingWhenTheLoopIsKilled() throws Exception {
    HookServer failing = server();
    HookServer live = server();
    failing.answers(503);
    Webhooks webhooks = start(options(Duration.ofHours(24), true));
    register("failing", failing);
    register("live", live);
    for (int i = 0; i < 50; i++) {
      matched("failing", "image" + i, false);
      matched("live", "image" + i, false);
    }
    awaitReason(webhooks, "failing", "it answered 503");
    double before = failures.count();
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("query-webhooks"))
        .forEach(Thread::interrupt);
    Await.until("the loop has failed", () -> failures.count() > before);
    failing.answers(200);
    for (int i = 50; i < 60; i++) {
      matched("failing", "image" + i, false);
      matched("live", "image" + i, false);
    }
    Await.until("nothing is lost", () -> new LinkedHashSet<>(failing.taken()).size() == 60);
    Await.until("nor here", () -> new LinkedHashSet<>(live.taken()).size() == 60);
    Await.until("all is well", () -> trouble(webhooks, "failing").isEmpty());
  }

  @Test
  void stopsWithTheReasonUntilRegisteredAgain() throws Exception {
    HookServer server = server();
    server.answers(500);
    Webhooks webhooks = start(options(Duration.ofMillis(200), true));
    register("boats", server);
    matched("boats", "before", false);
    Await.until(
        "it is given up",
        () -> trouble(webhooks, "boats").filter(WebhookChanged::hasStoppedAt).isPresent());
    assertEquals("it answered 500", trouble(webhooks, "boats").orElseThrow().getReason());
    matched("boats", "meanwhile", false);
    server.answers(200);
    stop(webhooks);
    Webhooks again = start(options(Duration.ofMillis(200), true));
    Await.until("it is given up still", () -> trouble(again, "boats").isPresent());
    register("boats", server);
    matched("boats", "after", false);
    Await.until(
        "it is sent",
        () -> server.calls().stream().anyMatch(call -> call.body().contains("\"after\"")));
    assertTrue(
        server.calls().stream()
            .noneMatch(call -> call.answered() == 200 && call.body().contains("\"before\"")));
    Await.until("it is well", () -> trouble(again, "boats").isEmpty());
  }

  @Test
  void removesExpiredQueries() throws Exception {
    for (int hours = 1; hours < 4; hours++) {
      StandingQuery query =
          StandingQuery.newBuilder()
              .setQueryId("over-" + hours)
              .setText("boat")
              .setCreatedAt(Instants.timestamp(Instant.now()))
              .setUntil(
                  Instants.timestamp(Instant.now().plusSeconds(60).minusSeconds(hours * 3600L)))
              .build();
      producer
          .send(
              new ProducerRecord<>(
                  Topics.STANDING_QUERIES.name(), query.getQueryId(), query.toByteArray()))
          .get();
    }
    start(options(Duration.ofHours(24), true));
    Await.until("they are removed", () -> removed.size() == 2);
    assertEquals(Set.of("over-2", "over-3"), Set.copyOf(removed));
  }

  /// A note comes from whoever can write to Kafka; it survives a restart.
  @Test
  void aNoteThatIsNotValidStopsNoWebhook() throws Exception {
    HookServer server = server();
    register("negative", server);
    register("far", server);
    register("well", server);
    note("negative", -1);
    note("far", Long.MAX_VALUE);
    Webhooks webhooks = start(options(Duration.ofHours(24), true));
    for (String id : List.of("negative", "far", "well")) {
      matched(id, "image", false);
    }
    Await.until("all are sent", () -> new LinkedHashSet<>(server.taken()).size() == 3);
    Await.until("all is well", () -> trouble(webhooks, "far").isEmpty());
    assertEquals(0, failures.count());
  }

  private void note(String id, long offset) throws Exception {
    WebhookChanged note =
        WebhookChanged.newBuilder()
            .setQueryId(id)
            .setRegisteredAt(queries.get(id).getCreatedAt())
            .addRemaining(MatchPosition.newBuilder().setOffset(offset))
            .addRemaining(MatchPosition.newBuilder().setPartition(1).setOffset(offset))
            .build();
    producer.send(new ProducerRecord<>(Topics.WEBHOOKS.name(), id, note.toByteArray())).get();
  }

  /// Two instances, one leads.
  @Test
  void deliversFromOneInstance() throws Exception {
    HookServer server = server();
    start(options(Duration.ofHours(24), true));
    start(options(Duration.ofHours(24), true));
    register("boats", server);
    for (int i = 0; i < 40; i++) {
      matched("boats", "image" + i, false);
    }
    Await.until("all are sent", () -> new LinkedHashSet<>(server.taken()).size() == 40);
    assertEquals(40, server.taken().size());
  }
}
