package io.sketchstream.query;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.query.callers.PendingAnswers;
import io.sketchstream.query.generations.LiveGenerations;
import io.sketchstream.query.search.SearchLoop;
import io.sketchstream.shell.process.DiskGauges;
import java.nio.file.Path;

/// Metrics of the whole service.
final class EngineGauges {
  private EngineGauges() {}

  static void bind(
      MeterRegistry registry,
      Path stateDir,
      PendingAnswers pending,
      SearchLoop loop,
      LiveGenerations generations) {
    DiskGauges.bind(registry, "query", stateDir);
    Gauge.builder("sketchstream.query.pending", pending, PendingAnswers::count).register(registry);
    Gauge.builder("sketchstream.query.in.flight", loop, SearchLoop::inFlight).register(registry);
    Gauge.builder("sketchstream.query.documents", generations, EngineGauges::documents)
        .register(registry);
  }

  private static double documents(LiveGenerations generations) {
    return generations.indexes().stream()
        .flatMap(index -> index.shards().stream())
        .flatMap(shard -> shard.status().stream())
        .mapToInt(shard -> shard.documents())
        .sum();
  }
}
