package io.sketchstream.query.generations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/// Whatever a field of a model's record holds, the active model is still searched.
final class HostileGenerationsTest {
  @Test
  void goesOnWhateverAFieldHolds() throws Exception {
    ModelChanged example =
        ModelChanged.newBuilder()
            .setGeneration("hostile")
            .setState(ModelState.STANDBY)
            .setArtifactUri("file:///store/hostile")
            .setArtifactSha256("00")
            .setNetwork("network")
            .setDimension(8)
            .putMetrics("recall", .5)
            .setReason("by hand")
            .setChangedAt(Timestamp.newBuilder().setSeconds(1))
            .setEpoch(1)
            .setOrigin(ModelOrigin.TRAINED)
            .setHeldOutShare(.2)
            .setRegisteredAt(Timestamp.newBuilder().setSeconds(1))
            .build();
    ModelChanged good =
        example.toBuilder().setGeneration("good").setState(ModelState.ACTIVE).setEpoch(9).build();
    int leftOut = 0;
    for (Row row : HostileMessages.of(example)) {
      Generations models = Generations.NONE.with("good", good);
      try {
        models =
            models.with(
                "hostile",
                Topics.MODELS.valueSerde().deserializer().deserialize("models", row.bytes()));
      } catch (RuntimeException _) {
        leftOut++;
      }
      LiveGenerations generations = new LiveGenerations(InstantSource.system());
      generations.follow(models);
      // Whoever may write `models` may also activate a model; that one is then searched.
      assertTrue(generations.active().isPresent(), row.name());
      assertEquals(good, generations.models().get(new Generation("good")), row.name());
      assertTrue(generations.await(new Generation("hostile"), Instant.MIN).isEmpty(), row.name());
    }
    assertTrue(leftOut > 5, leftOut + " were left out");
  }
}
