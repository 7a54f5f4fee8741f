package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.events.GalleryCursor;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.NewestFound;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.TagCount;
import io.sketchstream.query.fanout.ShardReplies;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GalleryPageTest {
  private static final Generation GENERATION = new Generation("g1");

  @Test
  void mergesShardsByTimeAndId() throws Exception {
    ShardReplies replies =
        replies(found(2, hit("b", 9), hit("d", 7)), found(3, hit("a", 9), hit("c", 8)));

    GalleryPage page = GalleryPage.merge(GENERATION, replies, query(3, ""));

    assertEquals(List.of("a", "b", "c"), ids(page));
    assertEquals(5, page.total());
    assertEquals(2, page.shardsAnswered());
    assertEquals(List.of(tag("x", 2)), page.facets());
    GalleryCursor cursor = query(3, page.next()).cursor().orElseThrow();
    assertEquals("c", cursor.getImageId());
    assertEquals(8_000_000, cursor.getIngested());
    assertEquals(4, query(3, page.next()).newest().asked().getLimit());
  }

  @Test
  void keepsVectorsWithTheirImages() throws Exception {
    NewestFound first =
        found(2, hit("b", 9), hit("d", 7)).toBuilder()
            .addVectors(ByteString.copyFromUtf8("vector of b"))
            .addVectors(ByteString.copyFromUtf8("vector of d"))
            .build();
    NewestFound older = found(1, hit("c", 8)); // Of a process that knows of no vectors.
    GalleryQuery query = query(3, "").withVectors();

    GalleryPage page = GalleryPage.merge(GENERATION, replies(first, older), query);

    assertTrue(query.newest().asked().getVectors());
    assertEquals(
        List.of("vector of b", "", "vector of d"),
        page.images().stream().map(image -> image.vector().toStringUtf8()).toList());
  }

  @Test
  void endsWithTheLastPage() throws Exception {
    ShardReplies replies = replies(found(1, hit("b", 9)), found(1, hit("a", 9)));
    assertEquals("", GalleryPage.merge(GENERATION, replies, query(2, "")).next());
    assertEquals("", GalleryPage.merge(GENERATION, replies(), query(2, "")).next());
  }

  @Test
  void refusesForgedCursors() {
    String empty =
        Base64.getUrlEncoder()
            .encodeToString(GalleryCursor.newBuilder().setIngested(3).build().toByteArray());
    for (String cursor : List.of("xyz", "?", empty, "A".repeat(3_000))) {
      SearchFailure failure = assertThrows(SearchFailure.class, () -> query(1, cursor));
      assertEquals(SearchErrorCode.BAD_REQUEST, failure.code());
      assertTrue(failure.getMessage().contains("not the next of a page"), failure.getMessage());
      assertTrue(failure.getMessage().length() < 120, failure.getMessage());
    }
  }

  private static GalleryQuery query(int limit, String cursor) throws SearchFailure {
    SearchRequest request = SearchRequest.newBuilder().setK(limit).setFacets(1).build();
    return GalleryQuery.of(SearchQuery.parse(request, Instant.EPOCH), cursor);
  }

  private static ShardReplies replies(NewestFound... found) {
    Map<Integer, ShardReply> replies = new HashMap<>();
    for (int shard = 0; shard < found.length; shard++) {
      replies.put(shard, ShardReply.newBuilder().setNewest(found[shard]).build());
    }
    return new ShardReplies(2, replies, Map.of());
  }

  private static NewestFound found(int matching, Hit... images) {
    return NewestFound.newBuilder()
        .setMatching(matching)
        .addAllImages(List.of(images))
        .addTags(tag("x", 1))
        .addTags(tag("y" + matching, 1))
        .build();
  }

  private static TagCount tag(String tag, int count) {
    return TagCount.newBuilder().setTag(tag).setCount(count).build();
  }

  private static Hit hit(String imageId, long seconds) {
    Hit.Builder hit = Hit.newBuilder().setImageId(imageId);
    hit.getIngestedAtBuilder().setSeconds(seconds);
    return hit.build();
  }

  private static List<String> ids(GalleryPage page) {
    return page.images().stream().map(image -> image.hit().getImageId()).toList();
  }
}
