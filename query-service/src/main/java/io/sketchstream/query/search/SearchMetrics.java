package io.sketchstream.query.search;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sketchstream.events.StageTiming;
import io.sketchstream.query.index.ShardObserver;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Counts searches by outcome and times their stages, and what shards do.
public final class SearchMetrics implements ShardObserver {
  /// Older images come from a backfill and are not counted as new.
  private static final Duration NEWS_MAX = Duration.ofMinutes(10);

  private static final Set<String> STAGES =
      Set.of(
          "sketches-hop",
          "queue",
          "decode",
          "encode",
          "embeddings-hop",
          "wait",
          "shards",
          "feedback",
          "expand",
          "merge",
          "results-hop");

  private final MeterRegistry registry;
  private final Tracing tracing;
  private final Timer searchTime;
  private final Timer freshness;

  public SearchMetrics(MeterRegistry registry, Tracing tracing) {
    this.registry = registry;
    this.tracing = tracing;
    this.searchTime =
        Timer.builder("sketchstream.query.search")
            .description("Searches by sketch as the HTTP caller sees them")
            .serviceLevelObjectives(millis(5, 10, 20, 35, 50, 75, 100, 150, 250, 500, 1_000, 5_000))
            .register(registry);
    this.freshness =
        Timer.builder("sketchstream.query.freshness")
            .description(
                "From an image's arrival until searches see it, for the oldest of each refresh")
            .serviceLevelObjectives(
                millis(50, 100, 150, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000))
            .register(registry);
  }

  /// A search over HTTP was answered.
  public void searched(long nanos) {
    searchTime.record(nanos, TimeUnit.NANOSECONDS);
  }

  /// A search was answered with hits.
  public void answered(List<StageTiming> timings) {
    registry.counter("sketchstream.query.searches", "outcome", "answered").increment();
    stages(timings);
  }

  /// A search was answered with an error.
  public void failed(SearchFailure failure) {
    registry
        .counter(
            "sketchstream.query.searches",
            "outcome",
            failure.code().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .increment();
  }

  /// A search was answered here because the process assigned to it was too slow.
  public void takenOver() {
    registry.counter("sketchstream.query.searches.taken.over").increment();
  }

  void refusedRecord() {
    registry.counter("sketchstream.query.searches", "outcome", "dead-letter").increment();
  }

  private void stages(List<StageTiming> timings) {
    for (StageTiming timing : timings) {
      if (!STAGES.contains(timing.getStage())) {
        continue; // A client may have named it; each name is a metric that stays.
      }
      registry
          .timer("sketchstream.query.stage", "stage", timing.getStage())
          .record(Duration.ofNanos(timing.getMicros() * 1000));
    }
  }

  @Override
  public Step applying(RecordMetadata record, Headers headers) {
    return tracing.process(headers, record.topic(), record.partition(), record.offset(), "");
  }

  @Override
  public void refreshed(long nanos) {
    registry.timer("sketchstream.query.refresh").record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void visible(Instant oldest) {
    Duration age = Duration.between(oldest, Instant.now());
    if (age.compareTo(NEWS_MAX) < 0) {
      freshness.record(age.isNegative() ? Duration.ZERO : age); // Clocks differ.
    }
  }

  @Override
  public void committed(long nanos) {
    registry.timer("sketchstream.query.commit").record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void merged(long nanos) {
    registry.timer("sketchstream.query.merge").record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void refused() {
    registry.counter("sketchstream.query.embeddings.refused").increment();
  }

  private static Duration[] millis(long... bounds) {
    return Arrays.stream(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
