package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.HostileMessages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MatchLogTest {
  private final MatchLog log = new MatchLog(3);
  private final List<String> heard = new ArrayList<>();
  private long offset;

  @Test
  void givesListenersNewMatchesOnce() {
    Runnable end = log.recent().listen("boats", match -> heard.add(match.event().getImageId()));
    log.reporting(match("boats", "a"));
    assertTrue(log.isReported("boats", "a"));
    assertEquals(List.of(), heard);
    read(match("boats", "a"));
    read(match("boats", "a"));
    read(match("trees", "a"));
    assertEquals(List.of("a"), heard);
    end.run();
    read(match("boats", "b"));
    assertEquals(List.of("a"), heard);
    assertEquals(2, log.count("boats"));
  }

  @Test
  void forgetsWithdrawnMatches() {
    read(match("boats", "a"));
    read(match("trees", "a"));
    assertEquals(2, log.ofImage("a").size());
    Runnable _ =
        log.recent()
            .listen(
                "", match -> heard.add(match.event().getQueryId() + match.event().getWithdrawn()));
    read(match("boats", "a").toBuilder().setWithdrawn(true).build());
    assertFalse(log.isReported("boats", "a"));
    assertEquals(0, log.count("boats"));
    assertEquals(1, log.ofImage("a").size());
    assertEquals(List.of("boatstrue"), heard);
    read(match("boats", "a"));
    assertTrue(log.isReported("boats", "a"), "it was added again");
  }

  @Test
  void remembersTheLatestMatches() {
    for (String image : List.of("a", "b", "c", "d")) {
      read(match("boats", image));
    }
    assertEquals(List.of("d", "c", "b"), ids(log.latest("boats", 10)));
    assertEquals(List.of("d"), ids(log.latest("", 1)));
    assertFalse(log.isReported("boats", "a"));
    assertEquals(3, log.count("boats"));
    assertEquals(List.of(), log.ofImage("a"));
  }

  @Test
  void countsRecentMatchesWithAtLeastTheScore() {
    Instant now = Instant.parse("2026-05-01T12:00:00Z");
    read(scored("a", 0.9f, now));
    read(scored("b", 0.5f, now));
    read(scored("c", 0.9f, now.minusSeconds(100_000)));
    Instant yesterday = now.minusSeconds(86_400);
    assertEquals(1, log.countAbove("boats", 0.6f, yesterday));
    assertEquals(2, log.countAbove("boats", 0.5f, yesterday));
    assertEquals(0, log.countAbove("trees", 0.5f, yesterday));
    read(scored("a", 0.9f, now).toBuilder().setWithdrawn(true).build());
    assertEquals(0, log.countAbove("boats", 0.6f, yesterday));
  }

  private static StandingQueryMatched scored(String imageId, float score, Instant time) {
    return match("boats", imageId).toBuilder()
        .setScore(score)
        .setMatchedAt(Instants.timestamp(time))
        .build();
  }

  @Test
  void knowsTheRecordThatWithdrewAMatch() {
    read(match("boats", "a"));
    read(
        match("boats", "a").toBuilder()
            .setWithdrawn(true)
            .setSeenTo(ImagePosition.newBuilder().setOffset(7))
            .build());
    assertTrue(log.isWithdrawnAfter("boats", "a", 6));
    assertFalse(log.isWithdrawnAfter("boats", "a", 7));
    assertFalse(log.isWithdrawnAfter("trees", "a", 6));
    for (String image : List.of("b", "c", "d")) {
      read(
          match("boats", image).toBuilder()
              .setWithdrawn(true)
              .setSeenTo(ImagePosition.newBuilder().setOffset(7))
              .build());
    }
    assertFalse(log.isWithdrawnAfter("boats", "a", 6), "no more than it may remember");
  }

  /// An instance that was suspended reports what it saw before the image was removed.
  @Test
  void aMatchThatSawLessThanItsWithdrawalIsNoNews() {
    Runnable _ = log.recent().listen("", match -> heard.add(match.event().getImageId()));
    read(seen("a", 7).toBuilder().setWithdrawn(true).build());
    heard.clear();
    read(seen("a", 6));
    assertFalse(log.isReported("boats", "a"));
    assertEquals(List.of(), log.latest("", 10));
    assertEquals(List.of(), heard);
    read(seen("a", 7));
    assertTrue(log.isReported("boats", "a"), "it was added again, and was seen after the removal");
    assertEquals(List.of("a"), heard);
  }

  /// What Kafka did not take is reported again, and what came from Kafka is not withdrawn.
  @Test
  void rollsBackUnpublishedMatches() {
    log.reporting(match("boats", "a"));
    log.notReported(match("boats", "a"));
    assertFalse(log.isReported("boats", "a"));
    read(match("boats", "b"));
    log.notReported(match("boats", "b"));
    assertTrue(log.isReported("boats", "b"));
    StandingQueryMatched withdrawal = match("boats", "b").toBuilder().setWithdrawn(true).build();
    log.reporting(withdrawal);
    log.notReported(withdrawal);
    assertTrue(log.isReported("boats", "b"));
  }

  /// Whatever a field holds, the record is refused or bounded, and the next is read.
  @Test
  void survivesHostileFieldValues() {
    StandingQueryMatched example =
        match("boats", "a").toBuilder()
            .setScore(0.5f)
            .setThreshold(0.4f)
            .setPosition(ImagePosition.newBuilder().setPartition(1).setOffset(2))
            .setAttributes(ImageAttributes.newBuilder().setTitle("title").addTags("tag"))
            .setIngestedAt(Timestamp.newBuilder().setSeconds(1))
            .setMatchedAt(Timestamp.newBuilder().setSeconds(1))
            .build();
    int refused = 0;
    for (HostileMessages.Row row : HostileMessages.of(example)) {
      try {
        StandingQueryMatched event =
            Topics.MATCHES.valueSerde().deserializer().deserialize("matches", row.bytes());
        MatchLog _ = log.with(0, offset++, Topics.matchKey("boats", "a"), event);
      } catch (RuntimeException e) {
        refused++;
      }
      read(match("trees", "next"));
      assertTrue(log.isReported("trees", "next"), row.name());
      assertTrue(
          log.latest("", 10).stream().allMatch(match -> match.getSerializedSize() <= 16 << 10),
          row.name());
    }
    assertTrue(refused > 10, refused + " were refused");
    assertThrows(
        IllegalArgumentException.class, () -> log.with(0, 0, "boats b", match("boats", "a")));
  }

  /// As when a query was registered again for another partition: the older one is read later.
  @Test
  void aWithdrawalFromAnotherPartitionEndsNoLaterMatch() {
    StandingQueryMatched before =
        match("boats", "a").toBuilder()
            .setIngestedAt(Timestamp.newBuilder().setSeconds(1))
            .setReplyPartition(0)
            .build();
    StandingQueryMatched after =
        before.toBuilder()
            .setIngestedAt(Timestamp.newBuilder().setSeconds(2))
            .setReplyPartition(1)
            .build();
    read(after);
    read(before);
    read(before.toBuilder().setWithdrawn(true).build());
    assertEquals(List.of(after), log.latest("boats", 9));
    read(after.toBuilder().setWithdrawn(true).build());
    assertEquals(List.of(), log.latest("boats", 9));
  }

  private void read(StandingQueryMatched match) {
    MatchLog _ =
        log.with(0, offset++, Topics.matchKey(match.getQueryId(), match.getImageId()), match);
  }

  private static StandingQueryMatched seen(String imageId, long imagesOffset) {
    return match("boats", imageId).toBuilder()
        .setSeenTo(ImagePosition.newBuilder().setOffset(imagesOffset))
        .build();
  }

  private static StandingQueryMatched match(String queryId, String imageId) {
    return StandingQueryMatched.newBuilder().setQueryId(queryId).setImageId(imageId).build();
  }

  private static List<String> ids(List<StandingQueryMatched> matches) {
    return matches.stream().map(StandingQueryMatched::getImageId).toList();
  }
}
