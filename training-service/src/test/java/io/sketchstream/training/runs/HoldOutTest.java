package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.training.data.DatasetException;
import io.sketchstream.training.data.Domain;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.LabelledPictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HoldOutTest {
  @Test
  void aClassIsHeldOutWhateverOthersThereAre() {
    HoldOut forty = HoldOut.of(pictures(40, 3), .2, 3, 5);
    HoldOut sixty = HoldOut.of(pictures(60, 3), .2, 3, 5);
    assertTrue(forty.byClass());
    Set<String> held = Set.copyOf(forty.heldOut().pairedClasses());
    assertTrue(held.size() >= 3 && held.size() <= 16, held::toString);
    assertTrue(sixty.heldOut().pairedClasses().containsAll(held));
    Set<String> both = new HashSet<>(held);
    both.retainAll(sixty.training().pairedClasses());
    assertEquals(Set.of(), both);
    assertEquals(40, held.size() + forty.training().pairedClasses().size());
  }

  @Test
  void withFewClassesExamplesOfEachAreHeldOut() {
    LabelledPictures few = pictures(3, 10);
    HoldOut split = HoldOut.of(few, .2, 3, 3);
    assertFalse(split.byClass());
    assertEquals(few.pairedClasses(), split.heldOut().pairedClasses());
    assertEquals(few.pairedClasses(), split.training().pairedClasses());
    List<Example> all = new ArrayList<>(split.training().sketches());
    all.addAll(split.heldOut().sketches());
    assertEquals(Set.copyOf(few.sketches()), Set.copyOf(all));
    assertEquals(few.sketches().size(), all.size());
  }

  @Test
  void refusesToJudgeByAHandfulOfSketches() {
    DatasetException refused =
        assertThrows(DatasetException.class, () -> HoldOut.of(pictures(3, 2), .2, 3, 10));
    assertTrue(refused.getMessage().contains("10 are needed"), refused.getMessage());
  }

  private static LabelledPictures pictures(int classes, int each) {
    List<Example> examples = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < each; i++) {
        for (Domain domain : Domain.values()) {
          examples.add(new Example(Path.of(domain + "-" + c + "-" + i), "class-" + c, domain));
        }
      }
    }
    return LabelledPictures.of(examples);
  }
}
