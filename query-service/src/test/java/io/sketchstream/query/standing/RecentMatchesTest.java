package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.StandingQueryMatched;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecentMatchesTest {
  private final RecentMatches recent = new RecentMatches(3);

  @BeforeEach
  void begin() {
    recent.begin("topic");
  }

  @Test
  void returnsTheEventsAfterACursor() {
    MatchCursor start = recent.cursor();
    MatchCursor one = add(0, 5, "a");
    MatchCursor two = add(1, 7, "b");
    recent.read(0, 6); // Not an event.
    MatchCursor three = add(0, 9, "c");
    assertEquals("topic.10-8", three.toString());
    assertEquals(Optional.of(List.of("a", "b", "c")), since(start));
    assertEquals(Optional.of(List.of("b", "c")), since(one));
    assertEquals(Optional.of(List.of("c")), since(two));
    assertEquals(Optional.of(List.of()), since(three));
  }

  @Test
  void continuesFromACursorOfAnotherProcess() {
    add(0, 5, "a");
    add(1, 7, "b");
    add(0, 6, "c");
    assertEquals(Optional.of(List.of("a", "c")), since(cursor("topic.0-8")));
    assertEquals(Optional.of(List.of()), since(cursor("topic.90-80"))); // It is further.
  }

  @Test
  void returnsNothingWhereEventsAreMissing() {
    MatchCursor start = recent.cursor();
    MatchCursor one = add(0, 5, "a");
    for (String image : List.of("b", "c", "d")) {
      add(1, recent.cursor().offsets().getOrDefault(1, 0L), image);
    }
    assertEquals(Optional.empty(), since(start)); // 'a' is dropped.
    assertEquals(Optional.of(List.of("b", "c", "d")), since(one));
    recent.begin("another");
    assertEquals(Optional.empty(), since(one));
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic.1", "t.0-0-0", "h2Jk_-aaaaaaaaaaaaaaaa.12-7", ".0"})
  void parsesItsOwnCursors(String text) {
    assertEquals(text, cursor(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "topic", "topic.", "topic.-1", "topic.1-", "topic.x", "a b.1", "t.1.2"})
  void refusesTextsOfAnotherForm(String text) {
    assertTrue(MatchCursor.parse(text).isEmpty());
    assertTrue(MatchCursor.parse("t." + "9".repeat(19)).isEmpty());
  }

  private MatchCursor add(int partition, long offset, String image) {
    recent.read(partition, offset);
    return recent
        .add(partition, offset, StandingQueryMatched.newBuilder().setImageId(image).build())
        .next();
  }

  private Optional<List<String>> since(MatchCursor from) {
    return recent
        .since(from, "")
        .map(found -> found.stream().map(each -> each.event().getImageId()).toList());
  }

  private static MatchCursor cursor(String text) {
    return MatchCursor.parse(text).orElseThrow();
  }
}
