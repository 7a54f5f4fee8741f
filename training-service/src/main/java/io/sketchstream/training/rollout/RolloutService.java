package io.sketchstream.training.rollout;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.store.ArtifactStore;
import io.sketchstream.store.S3Options;
import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.lead.LeadHealth;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/// Wires the [RolloutController] to the container: starts and stops with it.
@Singleton
class RolloutService implements Rollout, LeadHealth.Subject {
  private static final long ANSWER_SECONDS_MAX = 30;

  private final RolloutController controller;
  private final Optional<LiveSearches> searches;

  @Inject
  RolloutService(
      TrainingServiceConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "topics.partitions", defaultValue = "2") int partitions,
      @ConfigProperty(name = "topics.replication", defaultValue = "-1") short replication) {
    RolloutOptions options = RolloutOptions.of(config);
    LiveSearches live = new LiveSearches(kafka, InstantSource.system());
    this.searches = Optional.of(live);
    this.controller =
        new RolloutController(
            kafka,
            new TopicProvisioner(partitions, replication),
            new ModelStore(
                ArtifactStore.open(config.modelStore(), s3(config), config.modelCache())),
            new LiveJudge(
                live, new LabelledHoldOut(kafka, options.comparison()), new RefusedImages(kafka)),
            options);
    controller.keepWhile(_ -> true); // Until whoever trains says what it needs.
  }

  private static S3Options s3(TrainingServiceConfig config) {
    TrainingServiceConfig.S3 s3 = config.s3();
    return new S3Options(s3.endpoint(), s3.region(), s3.accessKey(), s3.secretKey());
  }

  RolloutService(RolloutController controller) {
    this.searches = Optional.empty();
    this.controller = controller;
  }

  @Override
  public boolean leads() {
    return controller.view().leads();
  }

  @Override
  public Optional<Generation> active() {
    return controller.view().state().active().map(m -> new Generation(m.getGeneration()));
  }

  @Override
  public ModelArtifact artifact(Generation generation) throws BrokenModelException {
    ModelChanged model =
        controller
            .view()
            .state()
            .find(generation.id())
            .orElseThrow(() -> new IllegalStateException("there is no generation " + generation));
    try {
      return controller.fetch(model);
    } catch (IOException e) {
      throw new BrokenModelException("the model store can't be reached: " + e.getMessage(), e);
    }
  }

  @Override
  public Generation offer(Path artifact, Map<String, Double> metrics, String reason)
      throws BrokenModelException, IOException {
    StoredModel model = controller.keep(artifact);
    RolloutState _ =
        decide(rules ->
            state ->
                rules.register(
                    state,
                    controller.keptStill(state, model, artifact),
                    metrics,
                    reason,
                    ModelOrigin.TRAINED));
    return model.generation();
  }

  @Override
  public Generation reject(Path artifact, Map<String, Double> metrics, String reason)
      throws BrokenModelException, IOException {
    StoredModel model = controller.keep(artifact);
    RolloutState _ =
        decide(rules -> state -> rules.registerRejected(state, model, metrics, reason));
    return model.generation();
  }

  @Override
  public void keepWhile(Predicate<Generation> needed) {
    controller.keepWhile(generation -> needed.test(new Generation(generation)));
  }

  /// A file of the report on a generation, beside its artifact.
  ///
  /// @throws RolloutRefusedException when there is no such generation or it has no report
  byte[] report(String generation, String file) {
    ModelChanged model =
        controller
            .view()
            .state()
            .find(generation)
            .orElseThrow(() ->
                new RolloutRefusedException(
                    RolloutRefusedException.Kind.UNKNOWN_GENERATION,
                    "there is no generation " + generation));
    try {
      return controller
          .file(model, file)
          .orElseThrow(() ->
              new RolloutRefusedException(
                  RolloutRefusedException.Kind.UNKNOWN_GENERATION,
                  "generation " + generation + " has no report: it was not trained here"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RolloutController.View view() {
    return controller.view();
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
    return controller.isAlive();
  }

  @Produces
  @Readiness
  @Singleton
  static HealthCheck ready(RolloutService rollout) {
    return LeadHealth.ready("rollout", rollout);
  }

  @Produces
  @Liveness
  @Singleton
  static HealthCheck alive(RolloutService rollout) {
    return LeadHealth.alive("rollout", rollout);
  }

  /// Asks the controller and waits for what it says.
  ///
  /// @throws RolloutRefusedException when it refuses
  RolloutState decide(Function<RolloutRules, Function<RolloutState, List<ModelChanged>>> decision) {
    try {
      return controller.ask(decision).get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RolloutRefusedException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new RolloutRefusedException(
          RolloutRefusedException.Kind.NOT_HERE, "the rollout does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RolloutRefusedException(
          RolloutRefusedException.Kind.NOT_HERE, "interrupted while waiting for the rollout");
    }
  }

  void start(@Observes StartupEvent event) {
    searches.ifPresent(LiveSearches::start);
    controller.start();
  }

  void stop(@Observes ShutdownEvent event) {
    controller.close();
    searches.ifPresent(LiveSearches::close);
  }
}
