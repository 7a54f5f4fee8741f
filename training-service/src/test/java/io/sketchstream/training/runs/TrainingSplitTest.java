package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TrainingSplitTest {
  @Test
  void holdsOutExamplesOfEachClass() {
    LabelledPictures few = pictures(3, 10);
    TrainingSplit split = split(few, 3);
    assertEquals(few.pairedClasses(), split.heldOut().pairedClasses());
    assertEquals(few.pairedClasses(), split.training().pairedClasses());
    List<Example> all = new ArrayList<>(split.training().sketches());
    all.addAll(split.heldOut().sketches());
    assertEquals(Set.copyOf(few.sketches()), Set.copyOf(all));
    assertEquals(few.sketches().size(), all.size());
  }

  /// However many there are, and whatever their names hash to.
  @Test
  void trainsOnEveryClass() {
    for (int classes : new int[] {4, 12, 150}) {
      LabelledPictures all = named(classes, 6);
      TrainingSplit split = split(all, 4);
      assertEquals(all.pairedClasses(), split.training().pairedClasses());
      assertEquals(all.pairedClasses(), split.heldOut().pairedClasses());
    }
  }

  @Test
  void usesContoursForAClassWithoutSketches() {
    List<Example> examples = new ArrayList<>(named(1, 10).photos());
    examples.addAll(pictures(2, 10).photos());
    examples.addAll(pictures(2, 10).sketches());
    TrainingSplit split = split(LabelledPictures.of(examples), 3);
    List<Example> drawn = split.training().sketches("c0");
    assertTrue(drawn.stream().allMatch(example -> example.kind() == PictureKind.CONTOURS));
    assertEquals(files(split.training().photos("c0")), files(drawn));
    Set<Path> queries = files(split.heldOut().sketches("c0"));
    Set<Path> gallery = files(split.heldOut().photos("c0"));
    assertFalse(queries.isEmpty() || gallery.isEmpty());
    assertTrue(Collections.disjoint(queries, gallery));
    assertTrue(Collections.disjoint(queries, files(drawn)));
    assertTrue(
        split.training().sketches("class-1").stream()
            .allMatch(example -> example.kind() == PictureKind.SKETCH));
  }

  /// What people are told beforehand is what a run finds.
  @Test
  void tellsHowManySketchesWouldBeHeldOut() {
    RunOptions.HeldOut rule = new RunOptions.HeldOut(new HeldOutExamples(0.2), 1, 5);
    for (LabelledPictures all : List.of(pictures(3, 10), named(4, 6), pictures(2, 30))) {
      assertEquals(
          TrainingSplit.of(all, rule).heldOut().sketches().size(),
          TrainingSplit.queries(all, rule));
    }
    RunOptions.HeldOut strict = new RunOptions.HeldOut(new HeldOutExamples(0.2), 10, 5);
    assertTrue(TrainingSplit.queries(pictures(3, 2), strict) < 10);
    assertEquals(0, TrainingSplit.queries(LabelledPictures.of(List.of()), strict));
  }

  private static Set<Path> files(List<Example> examples) {
    return examples.stream().map(Example::file).collect(Collectors.toSet());
  }

  @Test
  void keepsAnExampleHeldOutWhenMoreAreLabelled() {
    Set<Example> held = Set.copyOf(split(named(4, 40), 10).heldOut().sketches());
    Set<Example> later = Set.copyOf(split(named(4, 80), 10).heldOut().sketches());
    assertTrue(later.containsAll(held));
  }

  @Test
  void refusesToEvaluateOnTooFewSketches() {
    DatasetException refused =
        assertThrows(DatasetException.class, () -> split(pictures(3, 2), 10));
    assertTrue(refused.getMessage().contains("10 are needed"), refused.getMessage());
  }

  private static TrainingSplit split(LabelledPictures all, int queriesMin) {
    return TrainingSplit.of(all, new RunOptions.HeldOut(new HeldOutExamples(.2), queriesMin, 2));
  }

  private static LabelledPictures pictures(int classes, int each) {
    return pictures("class-", classes, each);
  }

  private static LabelledPictures named(int classes, int each) {
    return pictures("c", classes, each);
  }

  private static LabelledPictures pictures(String prefix, int classes, int each) {
    List<Example> examples = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < each; i++) {
        for (Domain domain : Domain.values()) {
          examples.add(new Example(Path.of(domain + "-" + c + "-" + i), prefix + c, domain));
        }
      }
    }
    return LabelledPictures.of(examples);
  }
}
