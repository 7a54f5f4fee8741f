package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.TopicProvisioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// The real rollout for tests of other packages. Nobody embeds, so what it begins stays at its
/// backfill.
public final class TestRollout implements AutoCloseable {
  private final RolloutController controller;
  private final RolloutService service;

  /// @param model active at once where none is
  public TestRollout(
      Map<String, Object> kafka, TopicProvisioner provisioner, Path store, Optional<Path> model) {
    controller =
        new RolloutController(
            kafka,
            provisioner,
            new ModelStore(store),
            new RolloutOptions(
                model,
                Optional.empty(),
                true,
                Duration.ofMillis(100),
                Duration.ofSeconds(30),
                true));
    service = new RolloutService(controller);
    controller.start();
  }

  public Rollout rollout() {
    return service;
  }

  /// What `models` says of a generation, as soon as the controller shows it.
  public ModelChanged await(String generation) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (controller.view().state().find(generation).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("there is no generation " + generation);
      }
      LockSupport.parkNanos(10_000_000);
    }
    return controller.view().state().find(generation).get();
  }

  @Override
  public void close() {
    controller.close();
  }
}
