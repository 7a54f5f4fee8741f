package io.sketchstream.query.callers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.query.search.GenerationSearcher;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchMetrics;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.query.search.SketchSearcher;
import io.sketchstream.query.search.WrittenPositions;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.threads.SteadyClock;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Any client may write to `sketch-embeddings`: neither can it make this process start threads, nor
/// keep a caller from being answered.
final class SearchTakeoverTest {
  private static final int RECORDS = 1_000;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SearchMetrics metrics = new SearchMetrics(registry, Tracing.OFF);
  private final PendingAnswers pending = new PendingAnswers(4);

  /// Serves no generation: its answers are errors.
  private final SketchSearcher searcher =
      new SketchSearcher(
          new GenerationSearcher(
              (_, _) -> Optional.empty(),
              null,
              new WrittenPositions(Map::of),
              null,
              SteadyClock.INSTANCE),
          metrics,
          SteadyClock.INSTANCE,
          new BrokerClock(SteadyClock.INSTANCE),
          Duration.ofMinutes(1));

  @TempDir Path directory;

  @Test
  void aFloodOfRecordsStartsNoThreads() throws Exception {
    try (SearchTakeover takeover = takeover(Duration.ofMinutes(10))) {
      Set<String> before = threads(); // Of tests before, which may still end.
      CompletableFuture<SearchAnswered> _ = enter("q");
      for (int i = 0; i < RECORDS; i++) {
        takeover.take("q", record("q", sketch("q", "g1")));
      }
      Set<String> started = threads();
      started.removeAll(before);
      assertEquals(Set.of(), started);
    }
  }

  @Test
  void invalidRecordsDoNotReplaceTheSearch() throws Exception {
    try (SearchTakeover takeover = takeover(Duration.ofMillis(1))) {
      CompletableFuture<SearchAnswered> answer = enter("q");
      takeover.take("q", record("q", new byte[] {1, 2, 3}));
      takeover.take("q", record("q", new byte[2 << 20]));
      takeover.take("q", record("q", sketch("other", "g2")));
      takeover.take("q", record("q", sketch("q", "g1")));
      takeover.take("q", record("q", sketch("q", "g3")));
      try (Worker _ = new Workers(registry).start("turns", takeover::takeTurns)) {
        assertEquals("g1", answer.get(1, TimeUnit.MINUTES).getGeneration());
      }
      assertTrue(answer.resultNow().hasError());
    }
  }

  private SearchTakeover takeover(Duration after) {
    return new SearchTakeover(
        (TopicTail) null,
        pending,
        searcher,
        new SearchTakeover.Options(after, 2, metrics, Tracing.OFF));
  }

  private CompletableFuture<SearchAnswered> enter(String queryId) throws SearchFailure {
    SearchRequest request = SearchRequest.newBuilder().setK(1).build();
    Instant deadline = SteadyClock.INSTANCE.instant().plusSeconds(60);
    return pending.enter(queryId, SearchQuery.parse(request, deadline), Duration.ofMinutes(1));
  }

  private static byte[] sketch(String queryId, String generation) {
    return SketchEmbedded.newBuilder()
        .setQueryId(queryId)
        .setGeneration(generation)
        .addVector(1)
        .build()
        .toByteArray();
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
    return new ConsumerRecord<>("sketch-embeddings", 0, 0, key.getBytes(UTF_8), value);
  }

  /// Virtual threads included. The threads of takeovers, each as a line of the dump.
  private Set<String> threads() throws Exception {
    Path dump = Files.createTempFile(directory, "threads", ".json");
    Files.delete(dump);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
    try (var lines = Files.lines(dump)) {
      return lines
          .filter(line -> line.contains("\"query-takeover-"))
          .collect(Collectors.toCollection(HashSet::new));
    }
  }
}
