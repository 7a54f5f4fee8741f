package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.VectorOf;
import io.sketchstream.score.Score;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A stream of images past some standing queries, compared with a brute-force model.
final class StandingQueriesTest extends StandingFixture {
  private static final int COMING = 60;
  private static final Duration LATELY = Duration.ofHours(1);
  private static final int QUERIES = 12;

  private final List<StandingQuery> queries = new ArrayList<>();
  private final Queue<String> untimely = new ConcurrentLinkedQueue<>();

  @Test
  void matchesLikeABruteForceSearchAndOnlyOnce() throws Exception {
    fill(LATELY);
    WatchingProcess process = start("first");
    registerAll(process);
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < COMING; i++) {
      image(FIRST, "new" + i, random(1_000 + i), Instant.now(), tags(i));
      expect(process, i, expected);
    }
    assertTrue(expected.size() > COMING / 4, expected.size() + " matches with seed " + SEED);
    awaitReported(expected);
    assertTrue(untimely.isEmpty(), "reported before a search would find them: " + untimely);

    String gone = expected.iterator().next().split(" ")[1];
    removal(FIRST, gone);
    expected.removeIf(pair -> pair.endsWith(" " + gone));
    awaitReported(expected);
    assertEquals(
        expected.stream().filter(pair -> pair.startsWith("q1 ")).count(),
        process.standing().log().count("q1"));
    assertEquals(expected.size(), process.standing().log().latest("", 1000).size());

    stop(process);
    WatchingProcess again = start("first");
    awaitWatching(again, queries);
    awaitReportedToo(again, "restarted", expected);

    stop(again);
    admin.deleteConsumerGroups(List.of(FIRST.queryApplication())).all().get();
    WatchingProcess anew = start("elsewhere"); // All images come once more, as they came first.
    awaitWatching(anew, queries);
    awaitReportedToo(anew, "anew", expected);
    assertOnce(reported(), gone);
  }

  /// Puts an image that is just what one of them looks for.
  private void awaitReportedToo(WatchingProcess process, String image, Set<String> expected)
      throws Exception {
    Await.until("the gallery is there", () -> process.documents(FIRST) >= THERE + COMING - 1);
    image(FIRST, image, random(2_001), Instant.now());
    expected.add(pair("q1", image));
    Await.until(image, () -> standing().containsAll(expected));
  }

  /// The new model tells what only it finds among what came in lately, and nothing that was
  /// reported.
  @Test
  void repeatsNoMatchInTheNextGeneration() throws Exception {
    fill(LATELY);
    WatchingProcess process = start("first");
    registerAll(process);
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < COMING; i++) {
      image(FIRST, "new" + i, random(1_000 + i), Instant.now(), tags(i));
      expect(process, i, expected);
    }
    awaitReported(expected);
    for (int i = 0; i < THERE; i++) {
      image(NEXT, "old" + i, random(50_000 + i), Instant.now().minus(Duration.ofHours(1)), "a");
    }
    for (int i = 0; i < COMING; i++) {
      image(NEXT, "new" + i, random(60_000 + i), Instant.now(), tags(i));
    }
    for (int i = 0; i < QUERIES; i++) {
      embedded(NEXT, queries.get(i), random(90_000 + i));
    }
    process.index(NEXT, IndexOptions.defaults());
    Await.until("all are indexed", () -> process.documents(NEXT) == THERE + COMING);
    process.activate(NEXT, Instant.now());
    image(NEXT, "after", random(90_000), Instant.now(), "a");
    Await.until(
        "the next generation tells",
        () -> reported().stream().anyMatch(match -> match.getImageId().equals("after")));
    assertOnce(reported(), "");
    assertTrue(
        reported().stream()
            .filter(match -> match.getImageId().equals("after"))
            .allMatch(match -> match.getGeneration().equals("g2")));
    Set<String> byFirst =
        reported().stream()
            .filter(match -> match.getGeneration().equals("g1"))
            .map(match -> pair(match.getQueryId(), match.getImageId()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, byFirst);
  }

  /// Between the registration and the vector, images come in.
  @Test
  void matchesImagesIngestedBeforeTheVectorOfAQuery() throws Exception {
    fill(LATELY);
    WatchingProcess process = start("first");
    StandingQuery query = sketched("late", 20).build();
    register(process, query);
    image(FIRST, "between", random(7), Instant.now());
    Await.until("it is there", () -> process.documents(FIRST) == THERE + 1);
    assertEquals(List.of(), reported());
    embedded(FIRST, query, random(7));
    awaitReported(Set.of(pair("late", "between")));
    process.standing().registry().remove("late", Duration.ofSeconds(30));
    Await.until(
        "it is not watched", () -> !process.standing().isWatching(StandingEntry.of("late", query)));
    image(FIRST, "afterwards", random(7), Instant.now());
    Await.until("it is there", () -> process.documents(FIRST) == THERE + 2);
    awaitReported(Set.of(pair("late", "between")));
  }

  /// A first model is active a moment before embed has made its topics.
  @Test
  void waitsForTheTopicOfANewGeneration() throws Exception {
    Generation later = new Generation("g3");
    WatchingProcess process = process("first");
    process.activate(later, Instant.now());
    StandingQuery query = sketched("words", 0).clearSketch().setText("boat").build();
    register(process, query);
    assertFalse(process.standing().isWatching(StandingEntry.of("words", query)));
    new TopicProvisioner(PARTITIONS, (short) 1).createEmbeddings(admin, later);
    awaitWatching(process, List.of(query));
  }

  private WatchingProcess start(String name) {
    WatchingProcess process = startFilled(name);
    Runnable _ =
        process.standing().log().recent().listen("", match -> checkVisible(process, match.event()));
    return process;
  }

  private void registerAll(WatchingProcess process) throws Exception {
    for (int i = 0; i < QUERIES; i++) {
      StandingQuery query = sketched("q" + i, 20).setFilter(i % 3 == 0 ? "tag:a" : "").build();
      queries.add(query);
      embedded(FIRST, query, random(2_000 + i));
      register(process, query);
    }
    queries.add(sketched("like", 20).clearSketch().setImageId("old7").build());
    queries.add(
        sketched("words", 0).clearSketch().setText("new3 image").setFilter("tag:b").build());
    register(process, queries.get(QUERIES));
    register(process, queries.get(QUERIES + 1));
    awaitWatching(process, queries);
  }

  private static String[] tags(int i) {
    return i % 2 == 0 ? new String[] {"a"} : new String[] {"b"};
  }

  /// What a search by each query would find, with the threshold that it has.
  private void expect(WatchingProcess process, int image, Set<String> expected) {
    float[] vector = Score.indexVector(random(1_000 + image), 0);
    for (int q = 0; q < QUERIES; q++) {
      float[] sketch = Score.searchVector(random(2_000 + q));
      double threshold = process.standing().threshold("q" + q).orElseThrow();
      if (Score.of(sketch, vector) >= threshold && (q % 3 != 0 || image % 2 == 0)) {
        expected.add(pair("q" + q, "new" + image));
      }
    }
    float[] like = Score.indexVector(random(7), 0);
    if (Score.of(like, vector) >= process.standing().threshold("like").orElseThrow()) {
      expected.add(pair("like", "new" + image));
    }
    if (image == 3) {
      expected.add(pair("words", "new3"));
    }
  }

  private static void assertOnce(List<StandingQueryMatched> reported, String except) {
    Set<String> seen = new TreeSet<>();
    for (StandingQueryMatched match : reported) {
      assertTrue(
          match.getImageId().equals(except)
              || seen.add(pair(match.getQueryId(), match.getImageId())),
          () -> "twice: " + match);
    }
  }

  private void checkVisible(WatchingProcess process, StandingQueryMatched match) {
    if (match.getWithdrawn()) {
      return;
    }
    GenerationIndex index = process.index(new Generation(match.getGeneration())).orElseThrow();
    boolean found =
        index.ask(new VectorOf(match.getImageId()), Set.of(0, 1)).values().stream()
            .anyMatch(reply -> !reply.getVector().getVector().isEmpty());
    boolean late =
        Instants.of(match.getMatchedAt())
            .isBefore(Instant.now().minus(Duration.ofMinutes(1))); // It may be removed by now.
    if (!found && !late) {
      untimely.add(match.getImageId());
    }
  }
}
