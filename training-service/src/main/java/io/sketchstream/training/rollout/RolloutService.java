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
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Wires the [RolloutController] to the container: starts and stops with it.
@Singleton
class RolloutService implements Rollout {
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
        decide(
            rules -> state -> rules.register(state, model, metrics, reason, ModelOrigin.TRAINED));
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
      return Files.readAllBytes(controller.fetch(model).directory().resolve(file));
    } catch (BrokenModelException e) {
      throw new RolloutRefusedException(RolloutRefusedException.Kind.CONFLICT, e.getMessage());
    } catch (NoSuchFileException e) {
      throw new RolloutRefusedException(
          RolloutRefusedException.Kind.UNKNOWN_GENERATION,
          "generation " + generation + " has no report: it was not trained here");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RolloutController.View view() {
    return controller.view();
  }

  boolean isAlive() {
    return controller.isAlive();
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
