package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.index.Vectors;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Standing queries that show a photo.
final class PhotoQueryTest extends StandingFixture {
  private static final float HUBNESS = .3f;
  private static final int ABSENT = 85;

  /// A sketch is compared as in a search by sketch, a photo by cosine.
  @Test
  void comparesAPhotoWithoutTheHubness() throws Exception {
    fill(Duration.ofHours(1));
    WatchingProcess process = startFilled("first");
    StandingQuery photo = sketched("photo", 20).setPhoto(true).build();
    StandingQuery sketch = sketched("sketch", 20).build();
    StandingQuery like = sketched("like", 20).clearSketch().setImageId("old7").build();
    List<StandingQuery> queries = List.of(photo, sketch, like);
    for (StandingQuery query : queries) {
      register(process, query);
    }
    embedded(FIRST, photo, random(7));
    embedded(FIRST, sketch, random(7));
    awaitWatching(process, queries);
    assertEquals(
        process.standing().threshold("like").orElseThrow(),
        process.standing().threshold("photo").orElseThrow(),
        1e-5,
        "an image of the gallery is a photo");
    image(
        FIRST,
        Vectors.event("same", random(7)).toBuilder()
            .setIngestedAt(Instants.timestamp(Instant.now()))
            .setHubness(HUBNESS)
            .build());
    awaitReported(Set.of(pair("photo", "same"), pair("sketch", "same"), pair("like", "same")));
    Map<String, StandingQueryMatched> reported =
        reported().stream()
            .collect(Collectors.toMap(StandingQueryMatched::getQueryId, Function.identity()));
    assertEquals(1, reported.get("photo").getScore(), 1e-4);
    assertEquals(1, reported.get("like").getScore(), 1e-4);
    assertNotEquals(1, reported.get("sketch").getScore(), HUBNESS / 2);
  }

  /// Many queries are like images that were removed, or never came.
  @Test
  void queriesLikeAbsentImagesDoNotKeepOthersFromWatching() throws Exception {
    fill(Duration.ofHours(1));
    WatchingProcess process = startFilled("first");
    List<StandingQuery> absent =
        IntStream.range(0, ABSENT).mapToObj(i -> like("absent-" + i, "none-" + i)).toList();
    for (StandingQuery query : absent) {
      producer.send(queryRecord(query)).get();
    }
    List<StandingQuery> there =
        IntStream.range(0, 8).mapToObj(i -> like("there-" + i, "old" + i)).toList();
    for (StandingQuery query : there) {
      register(process, query);
    }
    awaitWatching(process, there);
    Await.until(
        "why the others are not compared",
        () ->
            absent.stream()
                .map(query -> StandingEntry.of(query.getQueryId(), query))
                .allMatch(
                    entry -> process.standing().refusal(entry).contains("is not in the gallery")));

    image(FIRST, "none-0", random(9_000), Instant.now());

    awaitWatching(process, absent.subList(0, 1));
  }

  private static StandingQuery like(String id, String imageId) {
    return sketched(id, 20).clearSketch().setImageId(imageId).build();
  }

  private void image(Generation generation, ImageEmbedded event) throws Exception {
    embedding(generation, event.getImageId(), event.toByteArray());
  }
}
