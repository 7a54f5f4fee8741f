package io.sketchstream.events;

import com.google.protobuf.Message;
import java.util.Map;

/// The golden events of standing queries, their matches and webhooks.
final class GoldenStandingQueries {
  private GoldenStandingQueries() {}

  static void add(Map<String, Message> events) {
    StandingQuery query =
        StandingQuery.newBuilder()
            .setQueryId("boats")
            .setName("Boats")
            .setSketch(GoldenEvents.STROKES)
            .setFilter("tag:sea")
            .setText("red")
            .setOneIn(10_000)
            .setCreatedAt(GoldenEvents.TIME)
            .setUntil(GoldenEvents.TIME)
            .build();
    events.put("StandingQuery.sketch", query);
    events.put(
        "StandingQuery.image",
        StandingQuery.newBuilder().setQueryId("boats").setImageId("image-1").build());
    events.put(
        "StandingQuery.webhook",
        StandingQuery.newBuilder()
            .setQueryId("boats")
            .setWebhook(
                Webhook.newBuilder()
                    .setUrl("https://example.org/hook")
                    .setSecret("0123456789abcdef"))
            .build());
    events.put(
        "StandingQuery.perDay",
        StandingQuery.newBuilder().setQueryId("boats").setPerDay(300).build());
    events.put(
        "StandingQuery.photo",
        StandingQuery.newBuilder().setQueryId("boats").setPhoto(true).build());
    events.put(
        "StandingQuery.replyPartition",
        StandingQuery.newBuilder().setQueryId("boats").setReplyPartition(0).build());
    events.put(
        "WebhookChanged",
        WebhookChanged.newBuilder()
            .setQueryId("boats")
            .setRegisteredAt(GoldenEvents.TIME)
            .setFailingSince(GoldenEvents.TIME)
            .setStoppedAt(GoldenEvents.TIME)
            .setReason("it answered 500")
            .addRemaining(MatchPosition.newBuilder().setPartition(1).setOffset(42))
            .setChangedAt(GoldenEvents.TIME)
            .build());
    events.put(
        "StandingQueryEmbedded",
        StandingQueryEmbedded.newBuilder()
            .setQuery(query.toBuilder().clearSketch())
            .setGeneration("g1")
            .addVector(0.6f)
            .addVector(-0.8f)
            .setRefusal("empty")
            .build());
    events.put(
        "StandingQueryMatched",
        StandingQueryMatched.newBuilder()
            .setQueryId("boats")
            .setImageId("image-1")
            .setGeneration("g1")
            .setScore(0.75f)
            .setThreshold(0.5f)
            .setPosition(ImagePosition.newBuilder().setPartition(1).setOffset(42))
            .setAttributes(GoldenEvents.ATTRIBUTES)
            .setIngestedAt(GoldenEvents.TIME)
            .setMatchedAt(GoldenEvents.TIME)
            .setWithdrawn(true)
            .build());
    events.put(
        "StandingQueryMatched.seenTo",
        StandingQueryMatched.newBuilder()
            .setQueryId("boats")
            .setSeenTo(ImagePosition.newBuilder().setPartition(1).setOffset(42))
            .build());
    events.put(
        "StandingQueryMatched.replyPartition",
        StandingQueryMatched.newBuilder().setQueryId("boats").setReplyPartition(1).build());
  }
}
