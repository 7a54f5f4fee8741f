package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TrainingConfigTest {
  @Test
  void saysWhichValueDoesNotFit() {
    assertEquals("iterations is 'x', not a number", refusal("iterations", "x"));
    assertEquals(
        "schedule.learningRate is 'fast', not a number", refusal("schedule.learningRate", "fast"));
    assertEquals("photoFit is 'OBLONG', not one of its values", refusal("photoFit", "OBLONG"));
    assertEquals("iterations is 1 to 10000000, not -5", refusal("iterations", "-5"));
  }

  private static String refusal(String name, String value) {
    TrainingConfig config = TrainerFixture.repeatedBatch(1);
    return assertThrows(IllegalArgumentException.class, () -> config.with(Map.of(name, value)))
        .getMessage();
  }
}
