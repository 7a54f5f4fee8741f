package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.events.Generation;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What was reported of an image is withdrawn once the image is gone, whoever hears of that first.
final class WithdrawalTest extends StandingFixture {
  private static final int IMAGES = 60;
  private static final int QUERIES = 90;

  private final StandingQuery query = sketched("all", 0).clearSketch().setFilter("tag:a").build();

  @Test
  void withdrawsMatchesOfAnImageRemovedDuringComparison() throws Exception {
    WatchingProcess process = startActive("first");
    List<StandingQuery> many = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) { // Different ones, so that an image takes a while.
      many.add(query.toBuilder().setQueryId("q" + i).setFilter("tag:a and not tag:b" + i).build());
      register(process, many.get(i));
    }
    awaitWatching(process, many);
    for (int i = 0; i < IMAGES; i++) {
      String id = "brief" + i;
      image(FIRST, id, random(i), Instant.now(), "a");
      Await.until(id, () -> process.documents(FIRST) == 1);
      removal(FIRST, id);
      Await.until(id + " is gone", () -> process.documents(FIRST) == 0);
    }
    image(FIRST, "last", random(IMAGES), Instant.now(), "a");
    awaitStanding("last");
  }

  /// The generation that reported it hears nothing of the removal any more.
  @Test
  void withdrawsMatchesOfAnImageRemovedFirstInTheNextGeneration() throws Exception {
    WatchingProcess process = watching();
    process.index(NEXT, IndexOptions.defaults());
    for (String id : new String[] {"gone", "stays"}) {
      image(FIRST, id, random(1), Instant.now(), "a");
      image(NEXT, id, random(2), Instant.now(), "a");
    }
    awaitStanding("gone", "stays");
    Await.until("both are there", () -> process.documents(NEXT) == 2);
    removal(NEXT, "gone");
    Await.until("one is gone", () -> process.documents(NEXT) == 1);
    process.activate(NEXT, Instant.now());
    awaitStanding("stays");
    assertEquals(1, reported().stream().filter(StandingQueryMatched::getWithdrawn).count());
  }

  /// The next generation is searched while it still has what the last one has removed.
  @Test
  void doesNotRepeatAMatchBeforeTheRemovalIsRead() throws Exception {
    WatchingProcess process = watching();
    process.index(NEXT, IndexOptions.defaults());
    for (Generation generation : List.of(FIRST, NEXT)) {
      image(generation, "gone", random(1), Instant.now(), "a");
    }
    awaitStanding("gone");
    for (int i = 0; i < 20; i++) {
      image(FIRST, "other" + i, random(2 + i), Instant.now());
    }
    removal(FIRST, "gone");
    awaitStanding();
    Await.until("it is there", () -> process.documents(NEXT) == 1);
    process.activate(NEXT, Instant.now());
    image(NEXT, "after", random(3), Instant.now(), "a");
    awaitStanding("after");
    removal(NEXT, "gone");
    image(NEXT, "last", random(3), Instant.now(), "a");
    awaitStanding("after", "last");
    assertEquals(2, reported().stream().filter(match -> match.getImageId().equals("gone")).count());
  }

  /// The next generation is searched a little before it has all that the last one had.
  @Test
  void keepsMatchesOfAnImageThatTheNextGenerationDoesNotHaveYet() throws Exception {
    WatchingProcess process = watching();
    process.index(NEXT, IndexOptions.defaults());
    image(FIRST, "late", random(1), Instant.now(), "a");
    awaitStanding("late");
    process.activate(NEXT, Instant.now());
    image(NEXT, "late", random(2), Instant.now(), "a");
    image(NEXT, "after", random(3), Instant.now(), "a");
    awaitStanding("late", "after");
    assertEquals(2, reported().size());
  }

  @Test
  void withdrawsMatchesOfAnImageRemovedWhileNoGenerationWasActive() throws Exception {
    WatchingProcess process = watching();
    image(FIRST, "gone", random(1), Instant.now(), "a");
    image(FIRST, "stays", random(2), Instant.now(), "a");
    awaitStanding("gone", "stays");
    stop(process);
    WatchingProcess undecided = process("first");
    undecided.index(FIRST, IndexOptions.defaults());
    Await.until("both are there", () -> undecided.documents(FIRST) == 2);
    removal(FIRST, "gone");
    Await.until("one is gone", () -> undecided.documents(FIRST) == 1);
    stop(undecided); // Commits what it has applied.
    WatchingProcess _ = startActive("first");
    awaitStanding("stays");
  }

  private WatchingProcess watching() throws Exception {
    WatchingProcess process = startActive("first");
    register(process, query);
    awaitWatching(process, List.of(query));
    return process;
  }

  private void awaitStanding(String... images) {
    Set<String> expected = Set.of(images);
    Await.until(
        "matches of exactly " + expected, Duration.ofMinutes(1), () -> expected.equals(images()));
  }

  /// Those with a match that stands.
  private Set<String> images() throws Exception {
    return standing().stream().map(pair -> pair.split(" ")[1]).collect(Collectors.toSet());
  }
}
