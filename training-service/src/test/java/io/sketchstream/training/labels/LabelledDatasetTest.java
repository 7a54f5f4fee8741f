package io.sketchstream.training.labels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.trainer.data.LabelledPictures;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which unlabelled images measure a model, and which train it.
final class LabelledDatasetTest {
  private static LabelledDataset of(int gallery) {
    List<Path> files =
        IntStream.range(0, gallery).mapToObj(i -> Path.of("gallery", i + ".jpg")).toList();
    return new LabelledDataset(LabelledPictures.of(List.of()), files, Map.of());
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "19, 19, 19", "30, 20, 20", "80, 40, 40", "240, 50, 70", "2000, 360, 440"})
  void measuresASmallGalleryToo(int gallery, int min, int max) {
    LabelledDataset dataset = of(gallery);
    int canaries = dataset.canary().size();
    assertTrue(canaries >= min && canaries <= max, () -> canaries + " of " + gallery);
    Set<Path> all = new HashSet<>(dataset.canary());
    all.addAll(dataset.replay());
    assertEquals(gallery, all.size());
    assertEquals(gallery, canaries + dataset.replay().size());
  }

  /// What measured one model is not learned by the next.
  @Test
  void keepsItsCanariesWhileTheGalleryGrows() {
    Set<Path> before = new HashSet<>(of(1000).canary());
    before.removeAll(of(2000).canary());
    assertEquals(Set.of(), before);
  }
}
