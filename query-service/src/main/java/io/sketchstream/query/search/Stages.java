package io.sketchstream.query.search;

import io.sketchstream.events.StageTiming;
import io.sketchstream.shell.tracing.Step;
import java.util.ArrayList;
import java.util.List;

/// A stopwatch that names each lap.
public final class Stages {
  private final List<StageTiming> timings = new ArrayList<>();
  private long lapStart = System.nanoTime();

  void end(String stage) {
    long now = System.nanoTime();
    timings.add(timing(stage, (now - lapStart) / 1000));
    lapStart = now;
  }

  /// Ends a lap that shows in the trace as well.
  void endAs(String stage) {
    Step step = Step.current().part(stage, lapStart);
    end(stage);
    step.endAt(lapStart);
  }

  List<StageTiming> timings() {
    return List.copyOf(timings);
  }

  /// Clocks of two machines differ; a negative time counts as zero.
  public static StageTiming timing(String stage, long micros) {
    return StageTiming.newBuilder().setStage(stage).setMicros(Math.max(0, micros)).build();
  }
}
