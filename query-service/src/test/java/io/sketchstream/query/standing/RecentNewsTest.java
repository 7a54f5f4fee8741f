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

final class RecentNewsTest {
  private final RecentNews news = new RecentNews(3);

  @BeforeEach
  void begin() {
    news.begin("topic");
  }

  @Test
  void tellsWhatCameAfterAPlace() {
    MatchPlace start = news.place();
    MatchPlace one = add(0, 5, "a");
    MatchPlace two = add(1, 7, "b");
    news.read(0, 6); // No news.
    MatchPlace three = add(0, 9, "c");
    assertEquals("topic.10-8", three.toString());
    assertEquals(Optional.of(List.of("a", "b", "c")), since(start));
    assertEquals(Optional.of(List.of("b", "c")), since(one));
    assertEquals(Optional.of(List.of("c")), since(two));
    assertEquals(Optional.of(List.of()), since(three));
  }

  @Test
  void knowsWhatAnotherProcessHasToldInAnotherOrder() {
    add(0, 5, "a");
    add(1, 7, "b");
    add(0, 6, "c");
    assertEquals(Optional.of(List.of("a", "c")), since(place("topic.0-8")));
    assertEquals(Optional.of(List.of()), since(place("topic.90-80"))); // It is further.
  }

  @Test
  void saysWhenItDoesNotKnow() {
    MatchPlace start = news.place();
    MatchPlace one = add(0, 5, "a");
    for (String image : List.of("b", "c", "d")) {
      add(1, news.place().offsets().getOrDefault(1, 0L), image);
    }
    assertEquals(Optional.empty(), since(start)); // 'a' is dropped.
    assertEquals(Optional.of(List.of("b", "c", "d")), since(one));
    news.begin("anew");
    assertEquals(Optional.empty(), since(one));
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic.1", "t.0-0-0", "h2Jk_-aaaaaaaaaaaaaaaa.12-7", ".0"})
  void readsAPlaceThatItWrote(String text) {
    assertEquals(text, place(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "topic", "topic.", "topic.-1", "topic.1-", "topic.x", "a b.1", "t.1.2"})
  void refusesWhatIsNoPlace(String text) {
    assertTrue(MatchPlace.parse(text).isEmpty());
    assertTrue(MatchPlace.parse("t." + "9".repeat(19)).isEmpty());
  }

  private MatchPlace add(int partition, long offset, String image) {
    news.read(partition, offset);
    return news.add(partition, offset, StandingQueryMatched.newBuilder().setImageId(image).build())
        .next();
  }

  private Optional<List<String>> since(MatchPlace place) {
    return news.since(place, "")
        .map(found -> found.stream().map(each -> each.event().getImageId()).toList());
  }

  private static MatchPlace place(String text) {
    return MatchPlace.parse(text).orElseThrow();
  }
}
