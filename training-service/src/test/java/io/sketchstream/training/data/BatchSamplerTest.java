package io.sketchstream.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BatchSamplerTest {
  @Test
  void batchesAreBalancedByDomainAndClass() {
    List<Example> batch = new BatchSampler(pictures(5, 7), 3, 2, 1).next();
    assertEquals(12, batch.size());
    for (int i = 0; i < 6; i++) {
      assertEquals(Domain.SKETCH, batch.get(i).domain());
      assertEquals(Domain.PHOTO, batch.get(i + 6).domain());
      assertEquals(batch.get(i).label(), batch.get(i + 6).label());
    }
    assertEquals(3, batch.stream().map(Example::label).distinct().count());
    assertEquals(12, new HashSet<>(batch).size());
  }

  @Test
  void everyPictureComesOnceBeforeAnyComesTwice() {
    BatchSampler sampler = new BatchSampler(pictures(4, 6), 2, 3, 9);
    // Each class comes in every second batch, with half of its pictures.
    List<Example> drawn = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      drawn.addAll(sampler.next());
    }
    assertEquals(4 * 6 * 2, new HashSet<>(drawn).size());
  }

  @Test
  void classesComeEquallyOften() {
    BatchSampler sampler = new BatchSampler(pictures(7, 4), 3, 1, 2);
    Map<String, Long> counts =
        java.util.stream.IntStream.range(0, 70)
            .mapToObj(_ -> sampler.next())
            .flatMap(List::stream)
            .collect(Collectors.groupingBy(Example::label, Collectors.counting()));
    long least = counts.values().stream().mapToLong(n -> n).min().orElseThrow();
    long most = counts.values().stream().mapToLong(n -> n).max().orElseThrow();
    assertTrue(most - least <= 4, counts::toString);
  }

  @Test
  void skippingIsDrawingAndForgetting() {
    BatchSampler drawn = new BatchSampler(pictures(5, 7), 3, 2, 4);
    BatchSampler skipped = new BatchSampler(pictures(5, 7), 3, 2, 4);
    for (int i = 0; i < 11; i++) {
      drawn.next();
    }
    skipped.skip(11);
    assertEquals(drawn.next(), skipped.next());
  }

  @Test
  void saysThatThereAreTooFewClasses() {
    DatasetException refused =
        assertThrows(DatasetException.class, () -> new BatchSampler(pictures(2, 3), 3, 1, 1));
    assertTrue(refused.getMessage().contains("3 classes"), refused.getMessage());
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
