package io.sketchstream.training.rollout;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.problem.Reasons;
import io.sketchstream.shell.threads.SteadyClock;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.store.ArtifactStore;
import io.sketchstream.store.S3Options;
import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.labels.LabelledQueries;
import io.sketchstream.training.labels.TopicReader;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.leadership.LeaderHealth;
import io.sketchstream.training.rollout.RolloutCommand.Register;
import io.sketchstream.training.rollout.RolloutCommand.RegisterRejected;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Readiness;

/// Takes trained models into service. Only the leading instance takes one, so only it trains.
///
/// Starts and stops the [RolloutController] with the container.
@Singleton
public class Rollout implements LeaderHealth.Subject {
  /// In the recipe of a model's manifest: labelled examples whose hash is below this share were
  /// left out of its training.
  public static final String HELD_OUT_SHARE = "heldOutExamples";

  private final RolloutController controller;
  private final Optional<LiveSearches> searches;

  @Inject
  Rollout(
      TrainingServiceConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "topics.partitions", defaultValue = "2") int partitions,
      @ConfigProperty(name = "topics.replication", defaultValue = "-1") short replication,
      @ConfigProperty(name = "topics.tombstone-retention", defaultValue = "30d")
          Duration tombstoneRetention) {
    RolloutOptions options = RolloutOptions.of(config);
    LiveSearches live = new LiveSearches(kafka, SteadyClock.INSTANCE);
    this.searches = Optional.of(live);
    this.controller =
        new RolloutController(
            kafka,
            new TopicProvisioner(partitions, replication, tombstoneRetention),
            new ModelStore(
                ArtifactStore.open(config.modelStore(), s3(config), config.modelCache())),
            new LiveJudge(
                live,
                new LabelledQueries(new TopicReader(kafka, "rollout-labels"), options.comparison()),
                new RefusedImages(kafka)),
            options);
    controller.keepWhile(_ -> true); // Until the runs declare what they need.
  }

  private static S3Options s3(TrainingServiceConfig config) {
    TrainingServiceConfig.S3 s3 = config.s3();
    return new S3Options(s3.endpoint(), s3.region(), s3.accessKey(), s3.secretKey());
  }

  Rollout(RolloutController controller) {
    this.searches = Optional.empty();
    this.controller = controller;
  }

  @Override
  public boolean leads() {
    return controller.view().leads();
  }

  /// The generation that answers searches, if there is one.
  public Optional<Generation> active() {
    return controller.view().state().active().map(m -> new Generation(m.getGeneration()));
  }

  /// The model of a generation, fetched and verified.
  ///
  /// @throws BrokenModelException when it is missing or damaged
  /// @throws IllegalStateException when there is no such generation
  public ModelArtifact artifact(Generation generation) throws BrokenModelException {
    ModelChanged model =
        controller
            .view()
            .state()
            .find(generation)
            .orElseThrow(() -> new IllegalStateException("there is no generation " + generation));
    try {
      return controller.fetch(model);
    } catch (IOException e) {
      throw new BrokenModelException("the model store can't be reached: " + Reasons.of(e), e);
    }
  }

  /// Moves an artifact into the model store and begins its rollout; a known model stays as it is.
  ///
  /// @param metrics of its evaluation, by name
  /// @param reason why it should be served, for people
  /// @throws BrokenModelException when the artifact can't be used
  /// @throws CommandRefusedException when the rollout can't take it now
  public Generation offer(Path artifact, Map<String, Double> metrics, String reason)
      throws BrokenModelException, IOException {
    StoredModel model = controller.store(artifact);
    Generations _ =
        controller.register(new Register(model, metrics, reason, ModelOrigin.TRAINED), artifact);
    return model.generation();
  }

  /// Moves an artifact that did not pass into the model store, for the record.
  ///
  /// @throws BrokenModelException when the artifact can't be used
  /// @throws CommandRefusedException when the rollout can't take it now
  public Generation reject(Path artifact, Map<String, Double> metrics, String reason)
      throws BrokenModelException, IOException {
    StoredModel model = controller.store(artifact);
    Generations _ = decide(new RegisterRejected(model, metrics, reason));
    return model.generation();
  }

  /// Declares whose artifacts are still needed, so that they are not deleted when they retire.
  public void keepWhile(Predicate<Generation> needed) {
    controller.keepWhile(generation -> needed.test(new Generation(generation)));
  }

  /// A file of the report on a generation, beside its artifact.
  ///
  /// @throws CommandRefusedException when there is no such generation or it has no report
  byte[] report(String generation, String file) {
    ModelChanged model =
        controller
            .view()
            .state()
            .find(generation)
            .orElseThrow(() ->
                new CommandRefusedException(
                    CommandRefusedException.Kind.UNKNOWN, "there is no generation " + generation));
    try {
      return controller
          .file(model, file)
          .orElseThrow(() ->
              new CommandRefusedException(
                  CommandRefusedException.Kind.UNKNOWN,
                  "generation " + generation + " has no report: it was not trained here"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The model of a generation, verified.
  ///
  /// @throws CommandRefusedException when there is no such generation, or its model can't be read
  ModelArtifact stored(String generation) {
    ModelChanged model =
        view()
            .state()
            .find(generation)
            .filter(found -> !found.getArtifactDeleted())
            .orElseThrow(() ->
                new CommandRefusedException(
                    CommandRefusedException.Kind.UNKNOWN,
                    "there is no generation " + generation + " whose model is kept"));
    try {
      return controller.fetch(model);
    } catch (BrokenModelException | IOException e) {
      throw new CommandRefusedException(
          CommandRefusedException.Kind.CONFLICT,
          "the model of generation %s can't be read: %s".formatted(generation, Reasons.of(e)));
    }
  }

  /// Puts a model into the store; it is not rolled out.
  ///
  /// @throws BrokenModelException when it can't be used; says why
  StoredModel keep(Path artifact) throws BrokenModelException, IOException {
    return controller.store(artifact);
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

  @Produces
  @Readiness
  @Singleton
  static HealthCheck ready(Rollout rollout) {
    return LeaderHealth.ready("rollout", rollout);
  }

  /// @throws CommandRefusedException when the command is refused
  Generations decide(RolloutCommand command) {
    return controller.decide(command);
  }

  /// @param force whether a generation that lacks images may be activated
  Generations decide(RolloutCommand command, boolean force) {
    return controller.decide(command, force);
  }

  void start(@Observes StartupEvent event, Workers workers) {
    searches.ifPresent(live -> live.start(workers));
    controller.start(workers);
  }

  void stop(@Observes ShutdownEvent event) {
    controller.close();
    searches.ifPresent(LiveSearches::close);
  }
}
