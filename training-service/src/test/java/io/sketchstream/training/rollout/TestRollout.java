package io.sketchstream.training.rollout;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.store.ArtifactStore;
import io.sketchstream.store.S3Options;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// The real rollout for tests of other packages. Nobody embeds, so what it begins stays at its
/// backfill.
public final class TestRollout implements AutoCloseable {
  private final RolloutController controller;
  private final Rollout service;
  private final LiveSearches searches;

  /// @param model active at once where none is
  public TestRollout(
      Map<String, Object> kafka, TopicProvisioner provisioner, Path store, Optional<Path> model) {
    this(kafka, provisioner, store, model, new Workers(new SimpleMeterRegistry()));
  }

  /// @param model active at once where none is
  /// @param workers runs the loops
  public TestRollout(
      Map<String, Object> kafka,
      TopicProvisioner provisioner,
      Path store,
      Optional<Path> model,
      Workers workers) {
    searches = new LiveSearches(kafka, InstantSource.system());
    controller =
        new RolloutController(
            kafka,
            provisioner,
            storeIn(store),
            new NoJudge(),
            new RolloutOptions(
                model,
                Optional.empty(),
                true,
                Duration.ofMillis(100),
                Duration.ofSeconds(30),
                true));
    service = new Rollout(controller);
    searches.start(workers);
    controller.start(workers);
  }

  public Rollout rollout() {
    return service;
  }

  /// What `models` says of a generation, as soon as the controller shows it.
  public ModelChanged await(String generation) {
    Await.until(
        "there is a generation " + generation,
        () -> controller.view().state().find(generation).isPresent());
    return controller.view().state().find(generation).get();
  }

  @Override
  public void close() {
    controller.close();
    searches.close();
  }

  /// A store of models in a directory.
  static ModelStore storeIn(Path root) {
    return new ModelStore(ArtifactStore.open(root.toString(), S3Options.DEFAULT, root));
  }
}
