package io.sketchstream.training.runs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.shell.process.DiskGauges;
import io.sketchstream.training.TrainingServiceConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// The metrics `training.run*`. They come from the topic, so every instance shows the same.
@Singleton
class RunGauges {
  private final RunService service;
  private final Path home;

  RunGauges(RunService service, TrainingServiceConfig config) {
    this.service = service;
    this.home = config.home();
  }

  void bind(@Observes StartupEvent event, MeterRegistry registry) {
    DiskGauges.bind(registry, "training", home);
    for (TrainingRunState state : TrainingRunState.values()) {
      if (state != TrainingRunState.UNRECOGNIZED && state.getNumber() != 0) {
        Gauge.builder("training.runs", () -> count(state))
            .description("Training runs in this state")
            .tag("state", state.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .register(registry);
      }
    }
    Gauge.builder("training.run.progress", () -> running(RunGauges::share))
        .description("Progress of the current run within its phase; 0 without a run")
        .register(registry);
    Gauge.builder(
            "training.run.images.per.second", () -> running(TrainingRunChanged::getImagesPerSecond))
        .description("Training speed of the current run; 0 without a run")
        .register(registry);
    Gauge.builder("training.labels.new", () -> service.view().newLabels())
        .description("Records of labels since the last run began")
        .register(registry);
  }

  private long count(TrainingRunState state) {
    return service.view().runs().stream().filter(run -> run.getState() == state).count();
  }

  private double running(ToDoubleFunction<TrainingRunChanged> figure) {
    Optional<TrainingRunChanged> running =
        service.view().runs().stream()
            .filter(run -> run.getState() == TrainingRunState.RUNNING)
            .findFirst();
    return running.isEmpty() ? 0 : figure.applyAsDouble(running.get());
  }

  private static double share(TrainingRunChanged run) {
    return run.getPhaseTotal() == 0 ? 0 : (double) run.getPhaseDone() / run.getPhaseTotal();
  }
}
