package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class ErrorWindowTest {
  private final ErrorWindow window = new ErrorWindow();

  @Test
  void computesTheShareInAWindow() {
    for (int second = 0; second < 100; second++) {
      for (int i = 0; i < 10; i++) {
        window.add(second * 1000L + i, second >= 50 && i < 3);
      }
    }
    assertEquals(0, window.share(0, 50_000).orElseThrow());
    assertEquals(0.3, window.share(50_000, 100_000).orElseThrow(), 1e-9);
    assertEquals(0.15, window.share(0, 100_000).orElseThrow(), 1e-9);
  }

  @Test
  void isEmptyWithTooFewSamples() {
    for (int i = 0; i < 10; i++) {
      window.add(i, true);
    }
    assertEquals(OptionalDouble.empty(), window.share(0, 1000));
  }

  @Test
  void dropsOldSamples() {
    for (int i = 0; i < 100; i++) {
      window.add(i, true);
    }
    window.add(3 * 3600 * 1000L, false);
    assertEquals(OptionalDouble.empty(), window.share(0, 60_000));
  }
}
