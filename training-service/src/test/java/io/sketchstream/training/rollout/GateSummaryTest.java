package io.sketchstream.training.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GateSummaryTest {
  private final Map<String, Double> metrics =
      new HashMap<>(
          Map.of(
              GateSummary.PASSED, 1.0,
              GateSummary.MAP, .957,
              GateSummary.ACTIVE_MAP, .84,
              GateSummary.SKETCHES, 24.0,
              GateSummary.CLASSES, 6.0,
              GateSummary.ELSEWHERE, -.012,
              GateSummary.ELSEWHERE_PASSED, 1.0));

  @Test
  void summarisesTheChangeInASentence() {
    assertSentence("Better: .96 vs .84 on 24 sketches of 6 classes; elsewhere -.01");
    metrics.put(GateSummary.ELSEWHERE, .0049);
    metrics.put(GateSummary.MAP, 1.0);
    assertSentence("Better: 1.00 vs .84 on 24 sketches of 6 classes; elsewhere .00");
    metrics.remove(GateSummary.ELSEWHERE);
    assertSentence(
        "Better: 1.00 vs .84 on 24 sketches of 6 classes;"
            + " elsewhere not measured (too few unlabelled images)");
  }

  @Test
  void namesTheClassesJudgedByContours() {
    metrics.put(GateSummary.CONTOURS, 8.0);
    assertSentence(
        "Better: .96 vs .84 on 24 sketches (8 are contours of photos) of 6 classes; elsewhere"
            + " -.01");
  }

  @Test
  void givesTheReasonWhyAModelIsNotRolledOut() {
    metrics.put(GateSummary.PASSED, 0.0);
    assertSentence("Not clearly better: .96 vs .84 on 24 sketches of 6 classes; elsewhere -.01");
    metrics.put(GateSummary.MAP, .8);
    assertSentence("Not better: .80 vs .84 on 24 sketches of 6 classes; elsewhere -.01");
    metrics.put(GateSummary.ELSEWHERE, -.05);
    metrics.put(GateSummary.ELSEWHERE_PASSED, 0.0);
    assertSentence("Worse elsewhere: .80 vs .84 on 24 sketches of 6 classes; elsewhere -.05");
  }

  @Test
  void isEmptyForAModelWithoutAGate() {
    assertEquals(Optional.empty(), GateSummary.sentence(Map.of("val.mAP", .5)));
  }

  private void assertSentence(String expected) {
    assertEquals(Optional.of(expected), GateSummary.sentence(metrics));
  }
}
