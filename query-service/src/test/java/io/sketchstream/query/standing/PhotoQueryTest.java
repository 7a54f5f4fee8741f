package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.index.Vectors;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Standing queries that show a photo.
final class PhotoQueryTest extends StandingFixture {
  private static final float HUBNESS = .3f;

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

  private void image(Generation generation, ImageEmbedded event) throws Exception {
    embedding(generation, event.getImageId(), event.toByteArray());
  }
}
