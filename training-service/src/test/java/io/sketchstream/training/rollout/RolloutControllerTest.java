package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.rollout.RolloutCommand.Register;
import io.sketchstream.training.rollout.RolloutCommand.RollBack;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/// Rollout, rollback and leadership.
final class RolloutControllerTest extends RolloutFixture {
  @Test
  void rollsOutASecondModelAndBackAndRetiresTheThird() throws Exception {
    image("a");
    try (RolloutController controller = controller()) {
      awaitLeading(controller);
      assertEquals(ModelState.ACTIVE, register(controller, "g1"));
      play("g1", 1);

      assertEquals(ModelState.REGISTERED, register(controller, "g2"));
      awaitState(controller, "g2", ModelState.BACKFILLING);
      PROVISIONER.createEmbeddings(admin, new Generation("g2"));
      awaitProgress(controller, "g2");
      assertEquals("g1", active(controller));
      play("g2", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      assertEquals(ModelState.STANDBY, state(controller, "g1"));

      ask(controller, "rollback");
      assertEquals("g1", active(controller));
      assertEquals(ModelState.STANDBY, state(controller, "g2"));

      register(controller, "g3");
      awaitState(controller, "g3", ModelState.BACKFILLING);
      play("g3", 1);
      awaitState(controller, "g3", ModelState.ACTIVE);
      assertEquals(ModelState.RETIRED, state(controller, "g2"));
      await(
          "what g2 held is free",
          () -> {
            Set<String> groups =
                admin.listGroups().all().get().stream()
                    .map(GroupListing::groupId)
                    .collect(Collectors.toSet());
            return !admin.listTopics().names().get().contains("image-embeddings-g2")
                && !groups.contains("embed-g2")
                && !groups.contains("query-g2");
          });
      assertTrue(admin.listTopics().names().get().contains("image-embeddings-g1"));
    }
  }

  @Test
  void hasOneLeaderAndThenItsSuccessor() throws Exception {
    RolloutController first = controller();
    try (first) {
      awaitLeading(first);
      register(first, "g1");
      try (RolloutController second = controller()) {
        await("the second follows", () -> "g1".equals(active(second)));
        assertFalse(second.view().leads());
        CommandRefusedException refused =
            assertThrows(CommandRefusedException.class, () -> register(second, "g2"));
        assertTrue(refused.getMessage().contains("another instance leads"), refused.getMessage());
        register(first, "g2");
        first.close();
        awaitLeading(second);
        awaitState(second, "g2", ModelState.BACKFILLING);
        assertEquals("g1", active(second));
      }
    }
  }

  @Test
  void fencesAFormerLeader() throws Exception {
    RolloutRules rules = new RolloutRules(InstantSource.system());
    try (RolloutLog former = new RolloutLog(new KafkaClients(settings()))) {
      lead(former);
      former.publish(rules.changes(former.state(), RolloutRulesTest.register("g1", "x")));
      // It sleeps. Kafka forgets it, and another one takes over.
      admin
          .removeMembersFromConsumerGroup("rollout", new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
      try (RolloutLog next = new RolloutLog(new KafkaClients(settings()))) {
        lead(next);
        assertEquals("g1", next.state().active().orElseThrow().getGeneration());
        next.publish(rules.changes(next.state(), RolloutRulesTest.register("g2", "x")));
        Generations stale = former.state();
        assertThrows(
            KafkaException.class,
            () -> former.publish(rules.changes(stale, RolloutRulesTest.register("g3", "late"))));
        next.poll(Duration.ofMillis(100));
        assertEquals(
            Set.of(new Generation("g1"), new Generation("g2")), next.state().models().keySet());
        assertEquals(ModelState.ACTIVE, next.state().find("g1").orElseThrow().getState());
      }
    }
  }

  @Test
  void rejectsAModelWithoutArtifactAndContinues() throws Exception {
    image("a");
    try (RolloutController controller =
        new RolloutController(
            settings(),
            PROVISIONER,
            TestRollout.storeIn(home.resolve("store")),
            new NoJudge(),
            options())) {
      controller.start(new Workers(new SimpleMeterRegistry()));
      awaitLeading(controller);
      register(controller, "g1");
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.REJECTED);
      String reason = controller.view().state().find("g2").orElseThrow().getReason();
      assertTrue(reason.startsWith("its artifact can't be used: there is no model"), reason);
      Path model = DefaultModel.unpack(home.resolve("model")).directory();
      StoredModel stored = controller.store(model);
      String next = stored.generation().id();
      Generations _ =
          controller.register(
              new Register(stored, Map.of(), "a whole one", ModelOrigin.MODEL_ORIGIN_UNSPECIFIED),
              model);
      play(next, 1);
      awaitState(controller, next, ModelState.ACTIVE);
    }
  }

  private static void lead(RolloutLog log) throws Exception {
    await(
        "leads",
        () -> {
          log.poll(Duration.ofMillis(50));
          return log.leads();
        });
  }

  private static void ask(RolloutController controller, String reason) throws Exception {
    Generations after = controller.decide(new RollBack(reason));
    await("the view follows", () -> controller.view().state().equals(after));
  }
}
