package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.shell.threads.SteadyClock;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.training.labels.LabelledQueries;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// What keeps a generation from being active: live comparison, missing images, refused images.
final class RolloutGateTest extends RolloutFixture {
  private final ScriptedJudge judge = new ScriptedJudge();

  @Test
  void rejectsAWorseCandidate() throws Exception {
    image("a");
    judge.map = Map.of("g1", 0.8, "g2", 0.5);
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      play("g2", 1);
      awaitState(controller, "g2", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      String reason = controller.view().state().find("g2").orElseThrow().getReason();
      assertTrue(reason.contains("mAP 0.500 live against 0.800"), reason);
    }
  }

  @Test
  void holdsACandidateThatCannotBeCompared() throws Exception {
    image("a");
    judge.map = Map.of("g1", 0.8, "g2", 0.9);
    judge.unreadable = true;
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      play("g2", 1);
      await(
          "it says why it waits",
          () ->
              controller
                  .view()
                  .trouble()
                  .equals("generation g2 is not judged yet: the labels can't be read"));
      assertEquals(ModelState.BACKFILLING, state(controller, "g2"));
      judge.unreadable = false;
      awaitState(controller, "g2", ModelState.ACTIVE);
      await("no trouble is left", () -> controller.view().trouble().isEmpty());
    }
  }

  @Test
  void rejectsACandidateThatRefusesImages() throws Exception {
    for (int i = 0; i < 60; i++) {
      image("i" + i);
    }
    judge.map = Map.of("g1", 0.8, "g2", 0.9);
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 60);
      for (int offset = 0; offset < 10; offset++) {
        refuse("g1", offset);
      }
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      for (int offset = 5; offset < 25; offset++) {
        refuse("g2", offset);
      }
      play("g2", 60);
      awaitState(controller, "g2", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      assertEquals(
          "worse than generation g1: it can't embed 20 of 60 images, the other generation 10",
          controller.view().state().find("g2").orElseThrow().getReason());
    }
  }

  @Test
  void rollsBackAWorseActiveModel() throws Exception {
    image("a");
    judge.map = Map.of("g1", 0.8, "g2", 0.9, "g3", 0.9);
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 1);
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      play("g2", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      judge.map = Map.of("g1", 0.8, "g2", 0.3, "g3", 0.9);
      awaitState(controller, "g2", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      String reason = controller.view().state().find("g2").orElseThrow().getReason();
      assertTrue(
          reason.startsWith("rolled back automatically to generation g1: mAP 0.300"), reason);

      // Errors do the same, whatever the labels say.
      register(controller, "g3");
      awaitState(controller, "g3", ModelState.BACKFILLING);
      play("g3", 1);
      awaitState(controller, "g3", ModelState.ACTIVE);
      judge.errorsAfter = 0.5;
      awaitState(controller, "g3", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      reason = controller.view().state().find("g3").orElseThrow().getReason();
      assertTrue(reason.contains("50.0% of the searches failed"), reason);
    }
  }

  @Test
  void rollsBackAModelThatRefusesMoreImages() throws Exception {
    image("a");
    judge.map = Map.of("g1", 0.8, "g2", 0.8, "g3", 0.8);
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 1);
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      refuse("g2", 0); // Before it is active: of no matter.
      play("g2", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      for (int i = 1; i <= 100; i++) {
        image("after-" + i);
      }
      for (int offset = 1; offset <= 20; offset++) { // A bad sender: nobody's fault.
        refuse("g1", offset);
        refuse("g2", offset);
      }
      for (int offset = 21; offset <= 25; offset++) { // No more than the margin.
        refuse("g2", offset);
        refuse("g2", offset); // Written again after a crash.
      }
      commit("embed-g1", "images", 101);
      commit("embed-g2", "images", 101);
      awaitCounted(controller, new Judge.Refusals(100, 25, 20));
      refuse("g2", 101); // Not yet committed, so not counted.
      awaitCounted(controller, new Judge.Refusals(100, 25, 20));
      assertEquals("g2", active(controller));

      refuse("g2", 100);
      awaitState(controller, "g2", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      assertEquals(
          "rolled back automatically to generation g1: since its activation, it can't"
              + " embed 26 of 100 images, the other generation 20",
          controller.view().state().find("g2").orElseThrow().getReason());
    }
  }

  /// What is counted of `g2`, which is active, and `g1`, the one before it.
  private void awaitCounted(RolloutController controller, Judge.Refusals expected)
      throws Exception {
    Generations state = controller.view().state();
    long activated = LiveSupervision.changedMillis(state.active().orElseThrow());
    await(
        expected.toString(),
        () ->
            judge
                .refusals(state.find("g2").orElseThrow(), state.find("g1").orElseThrow(), activated)
                .equals(Optional.of(expected)));
  }

  /// A dead letter as the embed service writes it.
  private void refuse(String generation, long offset) throws Exception {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>("images-dead-letter", "x".getBytes(UTF_8), new byte[0]);
    EventHeaders.refuse(letter.headers(), "images", 0, offset, "a test");
    EventHeaders.setRefusedBy(letter.headers(), new Generation(generation));
    producer.send(letter).get();
  }

  private RolloutController supervised() {
    LiveSupervision.Options supervision =
        new LiveSupervision.Options(
            true, 0.02, 0.05, 0.05, Duration.ofMinutes(10), Duration.ofMillis(50));
    RolloutController controller =
        new RolloutController(
            settings(),
            PROVISIONER,
            new ModelStore(new UncheckedArtifacts()),
            judge,
            new RolloutOptions(
                Optional.empty(),
                Optional.empty(),
                true,
                Duration.ofMillis(50),
                Duration.ofSeconds(30),
                true,
                false,
                new LabelledQueries.Options(10, 1, 1000),
                supervision));
    controller.start(new Workers(new SimpleMeterRegistry()));
    return controller;
  }

  /// Says of each generation what it is told to; what is refused it counts.
  private final class ScriptedJudge implements Judge {
    private volatile Map<String, Double> map = Map.of();
    private volatile double errorsAfter;
    private volatile boolean unreadable;

    @Override
    public Comparison compare(ModelChanged candidate, ModelChanged reference) {
      if (unreadable) {
        return new Comparison.NotYet("the labels can't be read");
      }
      return new Comparison.Measured(
          10, map.get(candidate.getGeneration()), map.get(reference.getGeneration()), "of tests");
    }

    @Override
    public OptionalDouble errorShare(long fromMillis, long toMillis) {
      boolean after = SteadyClock.INSTANCE.millis() - toMillis < 1000;
      return OptionalDouble.of(after ? errorsAfter : 0.01);
    }

    @Override
    public Optional<Refusals> refusals(
        ModelChanged candidate, ModelChanged reference, long sinceMillis)
        throws InterruptedException {
      return new RefusedImages(settings())
          .count(
              new Generation(candidate.getGeneration()),
              new Generation(reference.getGeneration()),
              sinceMillis);
    }
  }
}
