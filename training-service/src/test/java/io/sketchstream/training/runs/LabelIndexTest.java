package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.training.data.DatasetException;
import io.sketchstream.training.data.Domain;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LabelIndexTest {
  private final LabelIndex index = new LabelIndex(5);

  @Test
  void theLastLabelOfAnIdCountsAndAWithdrawnOneDoesNot() {
    put("1", "cat", false);
    put("1", "dog", false);
    assertEquals(Map.of(key(), "dog"), index.verdict().classes());
    index.remove("1");
    assertEquals(Map.of(), index.verdict().classes());
  }

  @Test
  void theMajorityDecidesAndAnEvenVoteIsUsedForNothing() {
    put("1", "cat", false);
    put("2", "dog", false);
    assertEquals(Map.of(), index.verdict().classes());
    assertEquals(1, index.verdict().contradictory());
    put("3", "dog", false);
    assertEquals(Map.of(key(), "dog"), index.verdict().classes());
  }

  @Test
  void sayingWhatItIsNotIsAVoteAgainst() {
    put("1", "cat", false);
    put("2", "cat", true);
    assertEquals(Map.of(), index.verdict().classes());
    assertEquals(1, index.verdict().contradictory());
    put("3", "dog", false);
    assertEquals(Map.of(key(), "dog"), index.verdict().classes());
    assertEquals(0, index.verdict().contradictory());
  }

  @Test
  void holdsNoMoreThanItMay() {
    for (int i = 0; i < 5; i++) {
      put("label-" + i, "cat", false);
    }
    put("label-4", "dog", false);
    assertThrows(DatasetException.class, () -> put("label-5", "cat", false));
  }

  private void put(String id, String className, boolean wrong) {
    index.put(
        id,
        ExampleLabelled.newBuilder()
            .setImageId("image")
            .setClassName(className)
            .setWrong(wrong)
            .build());
  }

  private static LabelIndex.Key key() {
    return new LabelIndex.Key(Domain.PHOTO, "image");
  }
}
