package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.training.labels.LabelledQueries.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// The clock of the machine is set while a new generation is watched.
final class SetClockTest {
  private static final Duration WATCH = Duration.ofMinutes(10);
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private Instant wall = START;
  private Instant steadily = START;
  private final InstantSource clock = () -> wall;
  private final InstantSource steady = () -> steadily;

  @Test
  void theProbationIsAsLongAsItIs() {
    for (Duration step : new Duration[] {Duration.ofHours(5), Duration.ofHours(-5)}) {
      wall = START;
      steadily = START;
      ModelChanged active = model("g2", START);
      ModelChanged previous = model("g1", START);
      try (LiveSupervision supervision =
          new LiveSupervision(new FailingJudge(), options(), clock, steady)) {
        assertTrue(supervision.regression(active, previous).isPresent());
        pass(Duration.ofMinutes(9));
        wall = wall.plus(step);
        assertTrue(supervision.regression(active, previous).isPresent(), "by " + step);
        pass(Duration.ofMinutes(2));
        assertFalse(supervision.regression(active, previous).isPresent(), "by " + step);
      }
    }
  }

  @Test
  void deadlinesAreInTheTimeOfTheBrokers() {
    steadily = Instant.now().minus(Duration.ofHours(5));
    BrokerClock brokers = new BrokerClock(steady);
    try (LiveSearches searches =
        new LiveSearches(Map.of("bootstrap.servers", "127.0.0.1:1"), steady, brokers)) {
      assertFalse(request(searches).hasDeadline());
      Instant now = Instant.now();
      brokers
          .learning((_, _) -> {})
          .onCompletion(
              new RecordMetadata(new TopicPartition("sketches", 0), 0, 0, now.toEpochMilli(), 0, 0),
              null);
      assertTrue(Instants.of(request(searches).getDeadline()).isAfter(now));
    }
  }

  private static SearchRequest request(LiveSearches searches) {
    Query query = new Query(Sketch.getDefaultInstance(), "cat");
    return searches.event("q", query, new Generation("g1")).getRequest();
  }

  private void pass(Duration time) {
    wall = wall.plus(time);
    steadily = steadily.plus(time);
  }

  private static LiveSupervision.Options options() {
    return new LiveSupervision.Options(false, 0, .05, .05, WATCH, Duration.ofSeconds(1));
  }

  private static ModelChanged model(String generation, Instant changed) {
    return ModelChanged.newBuilder()
        .setGeneration(generation)
        .setChangedAt(Instants.timestamp(changed))
        .build();
  }

  /// All searches after the activation fail.
  private static final class FailingJudge implements Judge {
    @Override
    public Comparison compare(ModelChanged candidate, ModelChanged reference) {
      return new Comparison.NotYet("not asked");
    }

    @Override
    public OptionalDouble errorShare(long fromMillis, long toMillis) {
      return OptionalDouble.of(fromMillis == START.toEpochMilli() + 1000 ? 1 : 0);
    }

    @Override
    public Optional<Refusals> refusals(
        ModelChanged candidate, ModelChanged reference, long sinceMillis) {
      return Optional.empty();
    }
  }
}
