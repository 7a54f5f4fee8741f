package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.testing.Await;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Standing queries whose matches go to a partition that they name.
final class ReplyPartitionTest extends StandingFixture {
  private static final int IMAGES = 12;

  private final StandingQuery query =
      sketched("here", 0).clearSketch().setFilter("tag:a").setReplyPartition(0).build();

  @Test
  void writesMatchesAndWithdrawalsToThePartitionOfTheQuery() throws Exception {
    WatchingProcess process = startActive("first");
    StandingQuery anywhere = query.toBuilder().setQueryId("anywhere").clearReplyPartition().build();
    register(process, query);
    register(process, anywhere);
    awaitWatching(process, List.of(query, anywhere));
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < IMAGES; i++) {
      image(FIRST, "new" + i, random(i), Instant.now(), "a");
      expected.add(pair("here", "new" + i));
      expected.add(pair("anywhere", "new" + i));
    }
    awaitReported(expected);
    removal(FIRST, "new0");
    expected.removeIf(pair -> pair.endsWith(" new0"));
    awaitReported(expected);
    assertEquals(Set.of(0), partitions("here"));
    assertEquals(Set.of(0, 1), partitions("anywhere"));
  }

  /// Registered again for another partition: new matches go there, a withdrawal follows its match.
  @Test
  void aWithdrawalFollowsItsMatch() throws Exception {
    WatchingProcess process = startActive("first");
    register(process, query);
    awaitWatching(process, List.of(query));
    image(FIRST, "before", random(1), Instant.now(), "a");
    awaitReported(Set.of(pair("here", "before")));
    StandingQuery moved = query.toBuilder().setReplyPartition(1).build();
    register(process, moved);
    awaitWatching(process, List.of(moved));
    image(FIRST, "after", random(2), Instant.now(), "a");
    awaitReported(Set.of(pair("here", "before"), pair("here", "after")));
    removal(FIRST, "before");
    awaitReported(Set.of(pair("here", "after")));
    assertEquals(Set.of(0), partitions(match -> match.getImageId().equals("before")));
    assertEquals(Set.of(1), partitions(match -> match.getImageId().equals("after")));
    stop(process);
    WatchingProcess again = startActive("first");
    awaitWatching(again, List.of(moved));
    assertEquals(1, again.standing().log().count("here"), "its history stays");
  }

  @Test
  void refusesAPartitionThatIsNotThere() throws Exception {
    WatchingProcess process = startActive("first");
    producer.send(queryRecord(query.toBuilder().setReplyPartition(99).build())).get();
    Await.until(
        "it is refused",
        () -> process.standing().registry().refusal("here").orElse("").contains("no partition 99"));
    register(process, query);
    awaitWatching(process, List.of(query));
    assertTrue(process.standing().registry().refusal("here").isEmpty());
  }

  private Set<Integer> partitions(String queryId) throws Exception {
    return partitions(match -> match.getQueryId().equals(queryId));
  }

  private Set<Integer> partitions(Predicate<StandingQueryMatched> which) throws Exception {
    Set<Integer> partitions = new TreeSet<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (reported(partition).stream().anyMatch(which)) {
        partitions.add(partition);
      }
    }
    return partitions;
  }
}
