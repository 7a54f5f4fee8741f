package io.sketchstream.query.search;

import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.StageTiming;
import io.sketchstream.query.index.ShardObserver;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Counts searches by outcome and times their stages, and what shards do.
public final class SearchMetrics implements ShardObserver {
  private final MeterRegistry registry;

  public SearchMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void answered(List<StageTiming> timings) {
    registry.counter("sketchstream.query.searches", "outcome", "answered").increment();
    stages(timings);
  }

  void failed(SearchFailure failure) {
    registry
        .counter(
            "sketchstream.query.searches",
            "outcome",
            failure.code().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .increment();
  }

  void expired() {
    registry.counter("sketchstream.query.searches", "outcome", "expired").increment();
  }

  void takenOver() {
    registry.counter("sketchstream.query.searches.taken.over").increment();
  }

  void refusedRecord() {
    registry.counter("sketchstream.query.searches", "outcome", "dead-letter").increment();
  }

  private void stages(List<StageTiming> timings) {
    for (StageTiming timing : timings) {
      registry
          .timer("sketchstream.query.stage", "stage", timing.getStage())
          .record(Duration.ofNanos(timing.getMicros() * 1000));
    }
  }

  @Override
  public void refreshed(long nanos) {
    registry.timer("sketchstream.query.refresh").record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void committed(long nanos) {
    registry.timer("sketchstream.query.commit").record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void refused() {
    registry.counter("sketchstream.query.embeddings.refused").increment();
  }
}
