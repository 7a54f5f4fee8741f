package io.sketchstream.embed.sketches;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Metrics of the sketch loop.
public final class SketchMetrics {
  private final MeterRegistry meters;

  public SketchMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  void answered(String outcome) {
    Counter.builder("embed.sketches.answered")
        .description("Sketches answered, by outcome")
        .tag("outcome", outcome)
        .register(meters)
        .increment();
  }
}
