package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class CursorsTest {
  private static final Generation GENERATION = new Generation("g1");
  private static final List<Hit> PAGE =
      List.of(
          Hit.newBuilder().setImageId("a").setScore(.9f).build(),
          Hit.newBuilder().setImageId("b").setScore(.8f).build());

  @Test
  void continuesFromPageToPage() throws Exception {
    String next = next(query(2, "", ""));
    SearchCursor cursor = query(2, next, "").cursor().orElseThrow();
    assertEquals("b", cursor.getImageId());
    assertEquals(.8f, cursor.getScore());
    assertEquals(2, cursor.getRank());
    String third = next(query(2, next, ""));
    assertEquals(4, query(2, third, "").cursor().orElseThrow().getRank());
  }

  @Test
  void carriesTheVectorOfTheRanking() throws Exception {
    ExpandedVector expanded = new ExpandedVector(ByteString.copyFrom(new byte[] {3, -4}));
    String next = Cursors.next(GENERATION, Optional.of(expanded), PAGE, query(2, "", ""));
    SearchQuery page = query(2, next, "");
    assertArrayEquals(new float[] {.6f, -.8f}, page.expanded().orElseThrow().vector(), 1e-7f);
    NearestAsked wanted = NearestAsked.getDefaultInstance();
    NearestAsked asked = page.nearest(new float[3], wanted).asked();
    assertTrue(asked.getAfter().getExpanded().isEmpty());
    assertTrue(query(2, "", "").expanded().isEmpty());
  }

  @Test
  void endsWithAnIncompletePage() throws Exception {
    assertEquals("", next(query(3, "", "")));
    assertEquals("", next(query(2, "", "cat")));
  }

  @Test
  void refusesCursorsOfOtherSearches() throws Exception {
    String next = next(query(2, "", ""));
    refuses("not the next of a page", () -> query(2, "xyz", ""));
    refuses("not the next of a page", () -> query(2, "?", ""));
    refuses("can't be used with text", () -> query(2, next, "cat"));
    SearchQuery query = query(2, next, "");
    refuses("g2 is searched now", () -> Cursors.check(query, new Generation("g2")));
    SearchCursor deep = query.cursor().orElseThrow().toBuilder().setRank(9_999).build();
    String tooDeep = Base64.getUrlEncoder().encodeToString(deep.toByteArray());
    refuses("beyond the first 10000", () -> query(2, tooDeep, ""));
  }

  private static String next(SearchQuery query) {
    return Cursors.next(GENERATION, Optional.empty(), PAGE, query);
  }

  private static void refuses(String reason, Executable parsing) {
    SearchFailure failure = assertThrows(SearchFailure.class, parsing);
    assertEquals(SearchErrorCode.BAD_REQUEST, failure.code());
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }

  private static SearchQuery query(int k, String searchAfter, String text) throws SearchFailure {
    return SearchQuery.parse(
        SearchRequest.newBuilder().setK(k).setSearchAfter(searchAfter).setText(text).build(),
        Instant.EPOCH);
  }
}
