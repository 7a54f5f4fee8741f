package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Images come and go while processes join and leave, and shards move between them.
final class RebalanceTest extends StandingFixture {
  private static final int TAGS = 3;
  private static final int PHASE = 60;

  private final Set<String> expected = new ConcurrentSkipListSet<>();
  private final AtomicInteger written = new AtomicInteger();
  private final Queue<String> repeated = new ConcurrentLinkedQueue<>();
  private volatile boolean enough;

  @Test
  void losesAndDoublesNothingWhileShardsMove() throws Exception {
    WatchingProcess first = startHearing("first");
    List<StandingQuery> queries = new ArrayList<>();
    for (int i = 0; i < TAGS; i++) {
      queries.add(sketched(query(i), 0).clearSketch().setFilter("tag:t" + i).build());
      register(first, queries.get(i));
    }
    awaitWatching(first, queries);
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Future<?> writing = writer.submit(this::write);
      try {
        awaitMore();
        WatchingProcess second = startHearing("second");
        awaitShards(first, 1);
        awaitShards(second, 1);
        awaitMore();
        stop(first);
        awaitShards(second, PARTITIONS);
        awaitMore();
        WatchingProcess third = startHearing("third");
        awaitShards(third, 1);
        awaitMore();
        stop(second);
        awaitShards(third, PARTITIONS);
        awaitMore();
      } finally {
        enough = true;
      }
      writing.get();
    }
    awaitReported(new TreeSet<>(expected));
    assertEquals(List.of(), List.copyOf(repeated), "callers were reported twice, seed " + SEED);
    assertOfTheirImages(reported());
  }

  private WatchingProcess startHearing(String name) {
    WatchingProcess process = startActive(name);
    Set<String> heard = new HashSet<>();
    Runnable _ =
        process
            .standing()
            .log()
            .recent()
            .listen(
                "",
                arrived -> {
                  StandingQueryMatched match = arrived.event();
                  String pair = pair(match.getQueryId(), match.getImageId());
                  if (!heard.add(pair + " " + match.getWithdrawn())) {
                    repeated.add(name + ": " + pair);
                  }
                });
    return process;
  }

  /// Every seventh image is removed a few images later.
  private Void write() throws Exception {
    for (int i = 0; !enough; i++) {
      image(FIRST, "new" + i, random(i), Instant.now(), "t" + i % TAGS);
      expected.add(pair(query(i % TAGS), "new" + i));
      int gone = i - 5;
      if (gone >= 0 && gone % 7 == 0) {
        removal(FIRST, "new" + gone);
        expected.remove(pair(query(gone % TAGS), "new" + gone));
      }
      written.incrementAndGet();
    }
    return null;
  }

  private void awaitMore() {
    int before = written.get();
    Await.until("more images", Duration.ofMinutes(1), () -> written.get() >= before + PHASE);
  }

  private static void awaitShards(WatchingProcess process, int count) {
    Await.until(
        count + " shards",
        Duration.ofMinutes(1),
        () -> process.index(FIRST).orElseThrow().shards().size() == count);
  }

  private static String query(int tag) {
    return "tagged-" + tag;
  }

  /// What was reported is what came in, whether it was removed later or not.
  private void assertOfTheirImages(List<StandingQueryMatched> reported) {
    for (StandingQueryMatched match : reported) {
      int number = Integer.parseInt(match.getImageId().substring("new".length()));
      assertEquals(query(number % TAGS), match.getQueryId());
      assertTrue(number < written.get());
    }
  }
}
