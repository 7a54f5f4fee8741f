package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.TopicEnd;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Whatever a field of a run's record holds, it is left out, or the run can be shown.
final class HostileRunsTest {
  private static final String ID = "run-20260301-120000-4f2a";

  @Test
  void survivesHostileFieldValues() {
    TrainingRunChanged example =
        TrainingRunChanged.newBuilder()
            .setRunId(ID)
            .setState(TrainingRunState.RUNNING)
            .setPhase("train")
            .setPhaseDone(1)
            .setPhaseTotal(2)
            .putLosses("total", 1)
            .setImagesPerSecond(3)
            .setEtaSeconds(4)
            .setBaseGeneration("g1")
            .setGeneration("g2")
            .putMetrics("map", .5)
            .setTrigger("requested")
            .setReason("r")
            .setStartedAt(Timestamp.newBuilder().setSeconds(1))
            .setChangedAt(Timestamp.newBuilder().setSeconds(2))
            .addSnapshot(TopicEnd.newBuilder().setTopic("labels").setOffset(3))
            .putOverrides("iterations", "3")
            .setRestarts(1)
            .build();
    int leftOut = 0;
    for (Row row : HostileMessages.of(example)) {
      SortedMap<String, TrainingRunChanged> runs = new TreeMap<>();
      try {
        runs =
            RunLog.with(
                runs,
                ID,
                row.bytes() == null ? null : TrainingRunChanged.parseFrom(row.bytes()),
                _ -> false);
      } catch (IllegalArgumentException | InvalidProtocolBufferException _) {
        leftOut++;
      }
      runs.values()
          .forEach(
              run -> assertTrue(TrainingResource.describe(run).startedAt() != null, row.name()));
    }
    assertTrue(leftOut > 5, leftOut + " were left out");
    assertEquals(1, RunLog.with(new TreeMap<>(), ID, example, _ -> false).size());
  }
}
