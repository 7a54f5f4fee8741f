package io.sketchstream.training.runs;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.rollout.Rollout;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Wires the [RunCoordinator] to the container: starts after the rollout and stops before it.
@Singleton
class RunService {
  private static final long ANSWER_SECONDS_MAX = 60;
  private static final int BEFORE_OTHERS = 100;
  private static final int AFTER_OTHERS = 10_000;

  private final RunCoordinator coordinator;
  private final LabelCensus census;

  RunService(
      TrainingServiceConfig config,
      Rollout rollout,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "topics.partitions", defaultValue = "2") int partitions,
      @ConfigProperty(name = "topics.replication", defaultValue = "-1") short replication) {
    RunOptions options = RunOptions.of(config);
    this.coordinator =
        new RunCoordinator(
            kafka,
            new TopicProvisioner(partitions, replication),
            options,
            rollout,
            InstantSource.system());
    this.census =
        new LabelCensus(
            coordinator.topics(), options.dataset().labelsMax(), options.heldOut().share());
  }

  RunCoordinator.View view() {
    return coordinator.view();
  }

  boolean isAlive() {
    return coordinator.isAlive();
  }

  LabelCensus.Count labels() {
    return census.take();
  }

  TrainingRunChanged begin(String trigger, Map<String, String> overrides) {
    return await(coordinator.begin(trigger, overrides));
  }

  TrainingRunChanged cancel(String runId, String reason) {
    return await(coordinator.cancel(runId, reason));
  }

  private static TrainingRunChanged await(CompletableFuture<TrainingRunChanged> answer) {
    try {
      return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RunRefusedException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new RunRefusedException(RunRefusedException.Kind.NOT_HERE, "training does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunRefusedException(
          RunRefusedException.Kind.NOT_HERE, "interrupted while waiting for training");
    }
  }

  void start(@Observes @Priority(AFTER_OTHERS) StartupEvent event) {
    coordinator.start();
  }

  void stop(@Observes @Priority(BEFORE_OTHERS) ShutdownEvent event) {
    coordinator.close();
  }
}
