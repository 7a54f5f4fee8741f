package io.sketchstream.embed.loops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.shell.worker.Worker.Body;

/// Counts the failures of loops as `embed.loop.failures`.
public final class LoopFailures {
  private final MeterRegistry meters;

  public LoopFailures(MeterRegistry meters) {
    this.meters = meters;
  }

  /// The same body, its failures counted.
  ///
  /// @param loop tag of the counter
  public Body counting(String loop, Body body) {
    return worker -> {
      try {
        body.run(worker);
      } catch (Throwable e) {
        if (!worker.isStopping()) {
          failed(loop);
        }
        throw e;
      }
    };
  }

  /// Counts a failure.
  public void failed(String loop) {
    Counter.builder("embed.loop.failures")
        .description("Times a loop restarted from its committed offsets")
        .tag("loop", loop)
        .register(meters)
        .increment();
  }
}
