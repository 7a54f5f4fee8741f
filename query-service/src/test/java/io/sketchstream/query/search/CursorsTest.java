package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.SearchErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CursorsTest {
  private static final Generation GENERATION = new Generation("g1");
  private static final List<Hit> PAGE =
      List.of(
          Hit.newBuilder().setImageId("a").setScore(.9f).build(),
          Hit.newBuilder().setImageId("b").setScore(.8f).build());

  @Test
  void leadsFromPageToPage() throws Exception {
    String next = Cursors.next(GENERATION, PAGE, question(2, "", ""), Optional.empty());
    SearchCursor place = Cursors.parse(question(2, next, ""), GENERATION).orElseThrow();
    assertEquals("b", place.getImageId());
    assertEquals(.8f, place.getScore());
    assertEquals(2, place.getRank());
    String third = Cursors.next(GENERATION, PAGE, question(2, next, ""), Optional.of(place));
    assertEquals(4, Cursors.parse(question(2, third, ""), GENERATION).orElseThrow().getRank());
  }

  @Test
  void endsWithThePageThatIsNotFull() {
    assertEquals("", Cursors.next(GENERATION, PAGE, question(3, "", ""), Optional.empty()));
    assertEquals("", Cursors.next(GENERATION, PAGE, question(2, "", "cat"), Optional.empty()));
  }

  @Test
  void refusesWhatDoesNotFit() {
    String next = Cursors.next(GENERATION, PAGE, question(2, "", ""), Optional.empty());
    refuses("no answer gave", question(2, "xyz", ""), GENERATION);
    refuses("no answer gave", question(2, "?", ""), GENERATION);
    refuses("goes with no text", question(2, next, "cat"), GENERATION);
    refuses("g2 is searched now", question(2, next, ""), new Generation("g2"));
    refuses("beyond the first 10000", question(9_999, next, ""), GENERATION);
  }

  private static void refuses(String reason, Question question, Generation generation) {
    SearchFailure failure =
        assertThrows(SearchFailure.class, () -> Cursors.parse(question, generation));
    assertEquals(SearchErrorCode.BAD_REQUEST, failure.code());
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }

  private static Question question(int k, String searchAfter, String text) {
    return new Question(
        new Question.Page(k, searchAfter, 0), "", text, Question.Demands.by(Instant.EPOCH));
  }
}
