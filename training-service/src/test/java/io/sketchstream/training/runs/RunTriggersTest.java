package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.TopicEnd;
import io.sketchstream.events.TrainingRunChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunTriggersTest {
  private static final Instant NOW = Instant.ofEpochSecond(100_000);

  @Test
  void waitsForTheScheduleAndForNewLabels() {
    RunTriggers hourly = new RunTriggers(Optional.of(Duration.ofHours(1)), 0);
    assertEquals(Optional.empty(), hourly.due(Optional.empty(), 0, NOW));
    assertEquals(Optional.of("every 1h"), hourly.due(Optional.empty(), 1, NOW));
    assertEquals(Optional.empty(), hourly.due(last(3599, 10), 11, NOW));
    assertEquals(Optional.of("every 1h"), hourly.due(last(3600, 10), 11, NOW));
    assertEquals(Optional.empty(), hourly.due(last(9000, 10), 10, NOW));
  }

  @Test
  void triggersOnEnoughNewLabels() {
    RunTriggers fifty = new RunTriggers(Optional.empty(), 50);
    assertEquals(Optional.empty(), fifty.due(last(10, 100), 149, NOW));
    assertEquals(Optional.of("50 records of labels"), fifty.due(last(10, 100), 150, NOW));
  }

  /// The topic of the labels was deleted and recreated.
  @Test
  void allLabelsOfANewTopicAreNew() {
    RunTriggers fifty = new RunTriggers(Optional.empty(), 50);
    assertEquals(Optional.empty(), fifty.due(last(10, 100), 49, NOW));
    assertEquals(Optional.of("50 records of labels"), fifty.due(last(10, 100), 50, NOW));
  }

  /// By a clock that was wrong, or by whoever else writes to the topic.
  @Test
  void aRunOfTheFutureHoldsUpNoOther() {
    TrainingRunChanged future = last(-1_000_000, 0).orElseThrow();
    TrainingRunChanged past = last(3600, 10).orElseThrow();
    assertEquals(Optional.of(past), RunTriggers.last(List.of(future, past), NOW));
    assertEquals(Optional.empty(), RunTriggers.last(List.of(future), NOW));
  }

  private static Optional<TrainingRunChanged> last(long secondsAgo, long labels) {
    return Optional.of(
        TrainingRunChanged.newBuilder()
            .setStartedAt(Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() - secondsAgo))
            .addSnapshot(TopicEnd.newBuilder().setTopic("labels").setOffset(labels))
            .addSnapshot(TopicEnd.newBuilder().setTopic("images").setOffset(777))
            .build());
  }
}
