package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Hit;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class RecallTest {
  private static final Instant ASKED = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void isTheShareOfTheNearestThatWasFound() {
    List<Hit> exact = List.of(hit("a", .9f), hit("b", .8f), hit("c", .7f), hit("d", .6f));
    List<Hit> answered = List.of(hit("a", .9f), hit("c", .7f), hit("d", .6f), hit("e", .5f));
    assertEquals(OptionalDouble.of(0.75), Recall.of(answered, exact, 4, ASKED));
    assertEquals(OptionalDouble.of(1), Recall.of(exact, exact, 4, ASKED));
    assertEquals(OptionalDouble.of(0), Recall.of(List.of(), exact, 4, ASKED));
  }

  @Test
  void countsMissingHitsOfAShortAnswer() {
    List<Hit> exact = List.of(hit("a", .9f), hit("b", .8f));
    assertEquals(OptionalDouble.of(0.5), Recall.of(List.of(hit("a", .9f)), exact, 2, ASKED));
  }

  @Test
  void acceptsAnyImageOfEqualScore() {
    List<Hit> exact = List.of(hit("a", .9f), hit("b", .8f));
    List<Hit> answered = List.of(hit("a", .9f), hit("z", .8f));
    assertEquals(OptionalDouble.of(1), Recall.of(answered, exact, 2, ASKED));
  }

  @Test
  void ignoresImagesIngestedJustBefore() {
    Hit late =
        hit("late", .95f).toBuilder()
            .setIngestedAt(Timestamp.newBuilder().setSeconds(ASKED.getEpochSecond() - 1))
            .build();
    List<Hit> answered = List.of(hit("a", .9f), hit("b", .8f));
    assertEquals(
        OptionalDouble.of(1), Recall.of(answered, Arrays.asList(late, hit("a", .9f)), 2, ASKED));
    assertEquals(OptionalDouble.empty(), Recall.of(answered, List.of(late), 2, ASKED));
  }

  /// An hour old.
  private static Hit hit(String id, float score) {
    return Hit.newBuilder()
        .setImageId(id)
        .setScore(score)
        .setIngestedAt(Timestamp.newBuilder().setSeconds(ASKED.getEpochSecond() - 3600))
        .build();
  }
}
