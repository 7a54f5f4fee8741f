package io.sketchstream.training.runs;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.lead.LeadHealth;
import io.sketchstream.training.rollout.Rollout;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/// Wires the [RunCoordinator] to the container: starts after the rollout and stops before it.
@Singleton
class RunService implements LeadHealth.Subject {
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
    rollout.keepWhile(generation -> coordinator.view().mayNeed(generation));
    this.census =
        new LabelCensus(
            coordinator.topics(), options.dataset().labelsMax(), options.heldOut().share());
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

  @Override
  public boolean isAlive() {
    return coordinator.isAlive();
  }

  @Produces
  @Readiness
  @Singleton
  static HealthCheck ready(RunService runs) {
    return LeadHealth.ready("training runs", runs);
  }

  @Produces
  @Liveness
  @Singleton
  static HealthCheck alive(RunService runs) {
    return LeadHealth.alive("training runs", runs);
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
