package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import org.junit.jupiter.api.Test;

/// Whatever a field of a model's record holds, it is left out, or all that is asked of the rollout
/// can be answered.
final class HostileModelsTest {
  @Test
  void survivesHostileFieldValues() throws Exception {
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
            .build();
    ModelChanged good =
        example.toBuilder().setGeneration("good").setState(ModelState.ACTIVE).setEpoch(9).build();
    int leftOut = 0;
    for (Row row : HostileMessages.of(example)) {
      Generations state = Generations.NONE;
      try {
        state =
            state.with("hostile", row.bytes() == null ? null : ModelChanged.parseFrom(row.bytes()));
      } catch (IllegalArgumentException | InvalidProtocolBufferException _) {
        leftOut++;
      }
      state = state.with("good", good);
      for (ModelState each : ModelState.values()) {
        assertTrue(state.in(each).size() <= 2, row.name());
      }
      assertTrue(state.find("good").isPresent(), row.name());
      assertTrue(state.active().isPresent(), row.name());
      assertTrue(state.previous().isPresent() || state.models().size() <= 2, row.name());
      assertTrue(RolloutRules.mayShippedModelReplace(state) || state.epoch() >= 9, row.name());
    }
    assertTrue(leftOut > 10, leftOut + " were left out");
    assertEquals(9, Generations.NONE.with("good", good).epoch());
  }
}
