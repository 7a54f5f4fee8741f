package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Instants;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Whether a search that came through Kafka is too late is decided by the brokers' time, however
/// wrong the clock of this process is.
final class SearchDeadlinesTest {
  private static final Duration WAITS = Duration.ofMinutes(5);
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);

  private Duration wrong = Duration.ZERO;
  private Instant awaited = Instant.MIN;
  private final InstantSource clock = () -> Instant.now().plus(wrong);
  private final BrokerClock brokers = new BrokerClock(clock);
  private final SketchSearcher searcher =
      new SketchSearcher(
          new GenerationSearcher(
              (_, deadline) -> {
                awaited = deadline;
                return Optional.empty(); // Not served: nobody is asked.
              },
              null,
              new WrittenPositions(Map::of),
              null,
              clock),
          new SearchMetrics(new SimpleMeterRegistry(), Tracing.OFF),
          clock,
          brokers,
          TIMEOUT_MAX);

  @Test
  void searchesBeforeTheDeadline() throws Exception {
    for (Duration hours : new Duration[] {Duration.ofHours(2), Duration.ofHours(-2)}) {
      wrong = hours;
      acknowledge();
      assertEquals(SearchErrorCode.UNAVAILABLE, answer(Instant.now().plus(WAITS)));
      Duration left = Duration.between(clock.instant(), awaited);
      // Brokers count milliseconds, this clock smaller steps.
      assertTrue(left.compareTo(WAITS.plusMillis(10)) <= 0, left.toString());
      assertTrue(left.compareTo(WAITS.dividedBy(2)) > 0, left.toString());
      assertEquals(
          SearchErrorCode.DEADLINE_EXCEEDED, answer(Instant.now().minus(WAITS)), "by " + hours);
    }
  }

  @Test
  void searchesWhileTheBrokersTimeIsUnknown() throws Exception {
    wrong = Duration.ofHours(2);
    assertEquals(SearchErrorCode.UNAVAILABLE, answer(Instant.now().plus(WAITS)));
  }

  private void acknowledge() {
    brokers
        .learning((_, _) -> {})
        .onCompletion(
            new RecordMetadata(
                new TopicPartition("search-results", 0), 0, 0, System.currentTimeMillis(), 0, 0),
            null);
  }

  private SearchErrorCode answer(Instant deadline) throws InterruptedException {
    SketchEmbedded sketch =
        SketchEmbedded.newBuilder()
            .setQueryId("q")
            .setGeneration("g1")
            .addVector(1)
            .setRequest(
                SearchRequest.newBuilder().setK(1).setDeadline(Instants.timestamp(deadline)))
            .build();
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("sketch-embeddings", 0, 0, new byte[0], new byte[0]);
    return searcher.answer(record, sketch, Optional.empty()).getError().getCode();
  }
}
