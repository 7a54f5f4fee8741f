package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import io.sketchstream.training.TinyModel;
import io.sketchstream.training.labels.LabelledQueries;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.rollout.RolloutCommand.Activate;
import io.sketchstream.training.rollout.RolloutCommand.ForgetArtifact;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models in a directory, and a broker; there are no images, so a backfill is over at once.
final class RetiredArtifactsTest {
  private static final TopicProvisioner PROVISIONER = new TopicProvisioner(1, (short) 1);
  private static final Duration MAX = Duration.ofSeconds(60);

  @TempDir Path home;
  private EmbeddedBroker broker;
  private Map<String, Object> kafka;
  private Admin admin;
  private RolloutController controller;
  private Rollout rollout;

  @BeforeEach
  void start() throws Exception {
    Libtorch.engine();
    broker = EmbeddedBroker.start(home.resolve("kafka"));
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    admin = Admin.create(kafka);
    PROVISIONER.createPermanent(admin);
  }

  @AfterEach
  void stop() {
    controller.close();
    admin.close();
    broker.close();
  }

  @Test
  void areDeletedWhenUnusedAndRestoredWhenUploadedAgain() throws Exception {
    Path configured = TinyModel.write(home.resolve("configured"), 1);
    open(true, Optional.of(configured));
    await("the configured model is active", () -> rollout.active().isPresent());
    String first = rollout.active().orElseThrow().id();

    Path sentIn = TinyModel.write(home.resolve("second"), 2);
    Files.writeString(sentIn.resolve("report.md"), "why it is good");
    String second = takeOver(sentIn);
    rollout.keepWhile(needed -> needed.id().equals(second)); // A run began from it.
    String third = takeOver(TinyModel.write(home.resolve("third"), 3));
    String fourth = takeOver(TinyModel.write(home.resolve("fourth"), 4));
    assertEquals(ModelState.RETIRED, model(first).getState());
    assertEquals(ModelState.RETIRED, model(second).getState());
    String rejected =
        rollout.reject(TinyModel.write(home.resolve("fifth"), 5), Map.of(), "worse").id();

    // Those that are retired are looked at before those that are rejected.
    await("what was rejected is deleted", () -> isDeleted(rejected));
    for (String kept : List.of(first, second, third, fourth)) {
      assertFalse(isDeleted(kept), model(kept)::toString);
    }

    rollout.keepWhile(_ -> false);
    await("what is retired is deleted", () -> isDeleted(second));
    assertTrue(model(second).getReason().endsWith("; its weights are deleted"));
    assertArrayEquals("why it is good".getBytes(UTF_8), rollout.report(second, "report.md"));
    for (String kept : List.of(first, third, fourth)) {
      assertFalse(isDeleted(kept), model(kept)::toString);
    }
    CommandRefusedException refused =
        assertThrows(CommandRefusedException.class, () -> rollout.decide(new Activate(second)));
    assertTrue(refused.getMessage().contains("upload the model again"), refused.getMessage());

    assertEquals(second, takeOver(TinyModel.write(home.resolve("second-again"), 2)));
    assertFalse(model(second).getArtifactDeleted());
    assertFalse(isDeleted(second));
  }

  @Test
  void areKeptByDefaultAndANewLeaderFinishesADeletion() throws Exception {
    open(false, Optional.of(TinyModel.write(home.resolve("first"), 1)));
    await("the configured model is active", () -> rollout.active().isPresent());
    String rejected =
        rollout.reject(TinyModel.write(home.resolve("second"), 2), Map.of(), "worse").id();
    await("it is known", () -> controller.view().state().find(rejected).isPresent());
    // As if the leader had died after it had said so.
    Generations _ = rollout.decide(new ForgetArtifact(rejected));
    Path weights = weights(rejected);
    assertTrue(Files.exists(weights));
    controller.close();

    open(true, Optional.empty());
    await("it is deleted", () -> !Files.exists(weights));
  }

  private void open(boolean delete, Optional<Path> model) {
    controller =
        new RolloutController(
            kafka,
            PROVISIONER,
            TestRollout.storeIn(home.resolve("store")),
            new NoJudge(),
            new RolloutOptions(
                model,
                Optional.empty(),
                true,
                Duration.ofMillis(50),
                Duration.ofSeconds(30),
                false,
                delete,
                new LabelledQueries.Options(1, 1, 1),
                new LiveSupervision.Options(false, 0, 0, 0, Duration.ZERO, Duration.ZERO)));
    rollout = new Rollout(controller);
    controller.start(new Workers(new SimpleMeterRegistry()));
  }

  /// Sends a model in and waits until it is active.
  private String takeOver(Path directory) throws Exception {
    Generation generation = rollout.offer(directory, Map.of(), "a test");
    PROVISIONER.createEmbeddings(admin, generation);
    await(
        generation + " is active",
        () ->
            controller
                .view()
                .state()
                .find(generation)
                .filter(model -> model.getState() == ModelState.ACTIVE)
                .isPresent());
    return generation.id();
  }

  private boolean isDeleted(String generation) {
    return controller
            .view()
            .state()
            .find(generation)
            .filter(ModelChanged::getArtifactDeleted)
            .isPresent()
        && !Files.exists(weights(generation));
  }

  private Path weights(String generation) {
    return Path.of(URI.create(model(generation).getArtifactUri())).resolve(ModelArtifact.WEIGHTS);
  }

  private ModelChanged model(String generation) {
    return controller.view().state().find(generation).orElseThrow();
  }

  private static void await(String what, Callable<Boolean> condition) {
    Await.until(what, MAX, condition);
  }
}
