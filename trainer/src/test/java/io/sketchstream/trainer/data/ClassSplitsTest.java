package io.sketchstream.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassSplitsTest {
  @TempDir private Path folder;

  @Test
  void readsListsOfClasses() throws IOException {
    ClassSplits splits = read("{\"train\": [\"bee\", \"ant\"], \"val\": [\"cow\"]}");
    assertEquals(Set.of("ant", "bee"), splits.classes("train"));
    assertEquals(List.of("train", "val"), splits.splits());
  }

  @Test
  void readsClassesWithTheirSplit() throws IOException {
    ClassSplits splits =
        read("{\"classes\": {\"ant\": {\"split\": \"train\"}, \"cow\": {\"split\": \"val\"}}}");
    assertEquals(Set.of("cow"), splits.classes("val"));
  }

  @Test
  void refusesAClassInTwoSplits() {
    assertThrows(
        DatasetException.class,
        () -> ClassSplits.of(Map.of("train", List.of("ant"), "val", List.of("ant"))));
  }

  @Test
  void namesTheMissingSplitAndFolder() throws IOException {
    ClassSplits splits = read("{\"train\": [\"ant\"]}");
    DatasetException split = assertThrows(DatasetException.class, () -> splits.classes("test"));
    assertTrue(split.getMessage().contains("test"), split.getMessage());
    Path missing = folder.resolve("nowhere");
    DatasetException refused =
        assertThrows(
            DatasetException.class,
            () -> LabelledPictures.read(List.of(missing), List.of(), Optional.empty()));
    assertTrue(refused.getMessage().contains(missing.toString()), refused.getMessage());
  }

  private ClassSplits read(String json) throws IOException {
    return ClassSplits.read(Files.writeString(folder.resolve("splits.json"), json));
  }
}
