package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.rollout.RolloutCommand.Activate;
import io.sketchstream.training.rollout.RolloutCommand.Reject;
import io.sketchstream.training.rollout.RolloutCommand.RollBack;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// A generation is active only with all images and standing queries, and compared with them.
final class RolloutReadinessTest extends RolloutFixture {
  @Test
  void isReadyOnlyAfterItsEmbeddingsAreCompared() throws Exception {
    image("a");
    try (RolloutController controller = controller()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 1);
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      compared = false;
      play("g2", 1);
      await(
          "all images are embedded",
          () -> {
            var progress = controller.view().progress().get("g2");
            return progress != null && progress.fraction() == 1;
          });
      assertEquals(ModelState.BACKFILLING, state(controller, "g2"));
      compared = true;
      commit("embed-g2", "images", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);

      compared = false;
      commit("embed-g1", "images", 1); // It was away for long.
      CommandRefusedException refused =
          assertThrows(
              CommandRefusedException.class, () -> controller.decide(new RollBack("a test")));
      assertTrue(refused.getMessage().contains("not compared"), refused.getMessage());
    }
  }

  @Test
  void isReadyOnlyAfterTheStandingQueriesAreEmbedded() throws Exception {
    oldImage("a");
    try (RolloutController controller = controller()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 1);
      awaitState(controller, "g1", ModelState.ACTIVE);
      oldRecord(Topics.STANDING_QUERIES.name(), "query");
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      play("g2", 1);
      await(
          "all images are embedded",
          () -> {
            var progress = controller.view().progress().get("g2");
            return progress != null && progress.fraction() == 1;
          });
      assertEquals(ModelState.BACKFILLING, state(controller, "g2"));
      commit("embed-standing-g2", Topics.STANDING_QUERIES.name(), 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      CommandRefusedException refused =
          assertThrows(
              CommandRefusedException.class, () -> controller.decide(new RollBack("a test")));
      assertTrue(refused.getMessage().contains("1 standing queries"), refused.getMessage());
      commit("embed-standing-g1", Topics.STANDING_QUERIES.name(), 1);
      Generations back = controller.decide(new RollBack("a test"));
      assertEquals("g1", back.active().orElseThrow().getGeneration());
    }
  }

  @Test
  void rollsBackOnlyToACompleteGeneration() throws Exception {
    oldImage("a");
    try (RolloutController controller = controller()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 1);
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      play("g2", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      oldImage("b"); // Only g2 embeds it.
      commit("embed-g2", "images", 2);
      for (RolloutCommand command :
          List.of(new RollBack("a test"), new Reject("g2", "a test"), new Activate("g1"))) {
        CommandRefusedException refused =
            assertThrows(CommandRefusedException.class, () -> controller.decide(command));
        assertEquals(CommandRefusedException.Kind.CONFLICT, refused.kind());
        assertTrue(
            refused.getMessage().startsWith("generation g1 is not ready: 1 images"),
            refused.getMessage());
      }
      assertEquals("g2", active(controller));
      Generations forced = controller.decide(new RollBack("a test"), true);
      assertEquals("g1", forced.active().orElseThrow().getGeneration());
      commit("embed-g1", "images", 2);
      Generations back = controller.decide(new RollBack("a test"));
      assertEquals("g2", back.active().orElseThrow().getGeneration());
    }
  }

  /// The clock of whoever wrote the image is an hour ahead.
  @Test
  void doesNotRollBackToAGenerationThatLacksAnImageOfTheFuture() throws Exception {
    oldImage("a");
    try (RolloutController controller = controller()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 1);
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      play("g2", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      image("b", Duration.ofHours(1));
      commit("embed-g2", "images", 2);
      assertThrows(CommandRefusedException.class, () -> controller.decide(new RollBack("a test")));
      assertEquals("g2", active(controller));
    }
  }

  /// An image that came a minute ago.
  private void oldImage(String id) throws Exception {
    oldRecord("images", id);
  }

  private void oldRecord(String topic, String key) throws Exception {
    record(topic, key, Duration.ofMinutes(-1));
  }

  private void image(String id, Duration fromNow) throws Exception {
    record("images", id, fromNow);
  }

  private void record(String topic, String key, Duration fromNow) throws Exception {
    long time = System.currentTimeMillis() + fromNow.toMillis();
    producer.send(new ProducerRecord<>(topic, 0, time, key.getBytes(UTF_8), new byte[0])).get();
  }
}
