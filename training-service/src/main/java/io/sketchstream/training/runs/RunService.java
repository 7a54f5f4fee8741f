package io.sketchstream.training.runs;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.labels.LabelCensus;
import io.sketchstream.training.labels.LabelList;
import io.sketchstream.training.leadership.LeaderHealth;
import io.sketchstream.training.rollout.Rollout;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Readiness;

/// Wires the [RunCoordinator] to the container: starts after the rollout and stops before it.
@Singleton
class RunService implements LeaderHealth.Subject {
  private static final int BEFORE_OTHERS = 100;
  private static final int AFTER_OTHERS = 10_000;

  private final RunCoordinator coordinator;
  private final LabelCensus<Needs> census;
  private final LabelList labels;

  RunService(
      TrainingServiceConfig config,
      Rollout rollout,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "topics.partitions", defaultValue = "2") int partitions,
      @ConfigProperty(name = "topics.replication", defaultValue = "-1") short replication,
      @ConfigProperty(name = "topics.tombstone-retention", defaultValue = "30d")
          Duration tombstoneRetention) {
    RunOptions options = RunOptions.of(config);
    this.coordinator =
        new RunCoordinator(
            kafka,
            new TopicProvisioner(partitions, replication, tombstoneRetention),
            options,
            rollout,
            InstantSource.system());
    rollout.keepWhile(generation -> coordinator.view().mayNeed(generation));
    this.census =
        new LabelCensus<>(
            coordinator.topics(),
            options.dataset().labelsMax(),
            examples -> Needs.of(examples, options));
    this.labels = new LabelList(coordinator.topics(), options.dataset().labelsMax());
  }

  RunView view() {
    return coordinator.view();
  }

  @Override
  public boolean leads() {
    return view().leads();
  }

  @Override
  public boolean isCaughtUp() {
    return view().caughtUp();
  }

  @Override
  public String trouble() {
    return view().trouble();
  }

  @Produces
  @Readiness
  @Singleton
  static HealthCheck ready(RunService runs) {
    return LeaderHealth.ready("training runs", runs);
  }

  LabelCensus.Tally<Needs> labels() {
    return census.take();
  }

  LabelList.Page labelPage(Predicate<LabelList.Label> matching, String after, int limit) {
    return labels.page(matching, after, limit);
  }

  LabelList.Snapshot allLabels() {
    return labels.snapshot();
  }

  TrainingRunChanged begin(String trigger, Map<String, String> overrides) {
    return coordinator.begin(trigger, overrides);
  }

  TrainingRunChanged cancel(String runId, String reason) {
    return coordinator.cancel(runId, reason);
  }

  void start(@Observes @Priority(AFTER_OTHERS) StartupEvent event, Workers workers) {
    coordinator.start(workers);
  }

  void stop(@Observes @Priority(BEFORE_OTHERS) ShutdownEvent event) {
    coordinator.close();
  }
}
