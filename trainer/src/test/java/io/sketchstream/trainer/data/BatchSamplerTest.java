package io.sketchstream.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchSamplerTest {
  @Test
  void balancesBatchesByDomainAndClass() {
    List<Example> batch = sampler(pictures(5, 7), 3, 2, 1).next();
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
  void drawsEveryPictureOnceBeforeAnyTwice() {
    BatchSampler sampler = sampler(pictures(4, 6), 2, 3, 9);
    // Each class comes in every second batch, with half of its pictures.
    List<Example> drawn = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      drawn.addAll(sampler.next());
    }
    assertEquals(4 * 6 * 2, new HashSet<>(drawn).size());
  }

  @Test
  void drawsClassesEquallyOften() {
    BatchSampler sampler = sampler(pictures(7, 4), 3, 1, 2);
    Map<String, Long> counts =
        IntStream.range(0, 70)
            .mapToObj(_ -> sampler.next())
            .flatMap(List::stream)
            .collect(Collectors.groupingBy(Example::label, Collectors.counting()));
    long least = counts.values().stream().mapToLong(n -> n).min().orElseThrow();
    long most = counts.values().stream().mapToLong(n -> n).max().orElseThrow();
    assertTrue(most - least <= 4, counts::toString);
  }

  @Test
  void skipsAsManyBatchesAsItWouldDraw() {
    BatchSampler drawn = sampler(pictures(5, 7), 3, 2, 4);
    BatchSampler skipped = sampler(pictures(5, 7), 3, 2, 4);
    for (int i = 0; i < 11; i++) {
      drawn.next();
    }
    skipped.skip(11);
    assertEquals(drawn.next(), skipped.next());
  }

  @Test
  void saysThatThereAreTooFewClasses() {
    DatasetException refused =
        assertThrows(DatasetException.class, () -> sampler(pictures(2, 3), 3, 1, 1));
    assertTrue(refused.getMessage().contains("3 classes"), refused.getMessage());
  }

  @Test
  void mixesKindsWhereAClassHasBoth() {
    List<Example> examples = new ArrayList<>(pictures(3, 4).photos());
    examples.addAll(pictures(3, 4).sketches());
    for (int i = 0; i < 4; i++) {
      examples.add(new Example(Path.of("strokes"), i, "class-0", PictureKind.STROKES));
      examples.add(new Example(Path.of("small-" + i), 0, "class-0", PictureKind.THUMBNAIL));
    }
    var composition = new BatchSampler.Composition(3, 1, 0, 0, .4, .15);
    BatchSampler sampler =
        new BatchSampler(LabelledPictures.of(examples), List.of(), List.of(), composition, 3);
    Map<PictureKind, Long> counts =
        IntStream.range(0, 1000)
            .mapToObj(_ -> sampler.next())
            .flatMap(List::stream)
            .filter(example -> example.label().equals("class-0"))
            .collect(Collectors.groupingBy(Example::kind, Collectors.counting()));
    assertEquals(400, counts.get(PictureKind.STROKES), 50, counts::toString);
    assertEquals(150, counts.get(PictureKind.THUMBNAIL), 40, counts::toString);
  }

  /// Two drawings among many contours come as often as all of those together.
  @Test
  void drawsFewSketchesAsOftenAsContours() {
    List<Example> examples = new ArrayList<>(pictures(2, 2).sketches());
    examples.addAll(pictures(2, 40).photos());
    examples.addAll(Contours.of(pictures(2, 40).photos()));
    BatchSampler sampler = sampler(LabelledPictures.of(examples), 2, 2, 3);
    long contours =
        IntStream.range(0, 500)
            .mapToObj(_ -> sampler.next())
            .flatMap(List::stream)
            .filter(example -> example.kind() == PictureKind.CONTOURS)
            .count();
    assertEquals(1000, contours, 120);
  }

  @Test
  void drawsWordsLastAndEachOnceBeforeAnyTwice() {
    List<Word> words =
        IntStream.range(0, 6)
            .mapToObj(w -> {
              Example drawing = new Example(Path.of("w" + w), 0, "word-" + w, PictureKind.STROKES);
              return new Word("word-" + w, List.of(w), Optional.empty(), List.of(drawing));
            })
            .toList();
    var composition = new BatchSampler.Composition(2, 1, 3, 0, 0, 0);
    BatchSampler sampler = new BatchSampler(pictures(4, 3), words, List.of(), composition, 1);
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      List<Example> batch = sampler.next();
      assertEquals(7, batch.size());
      batch.subList(4, 7).forEach(example -> drawn.add(example.label()));
    }
    assertEquals(6, drawn.size(), drawn::toString);
    assertEquals(0, sampler(pictures(4, 3), 2, 1, 1).wordDrawings());
  }

  private static BatchSampler sampler(LabelledPictures pictures, int classes, int each, long seed) {
    return new BatchSampler(
        pictures,
        List.of(),
        List.of(),
        new BatchSampler.Composition(classes, each, 12, 16, .4, .15),
        seed);
  }

  @Test
  void drawsEveryUnlabelledPhotoBeforeAnyTwice() {
    List<Example> unlabelled = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      unlabelled.add(new Example(Path.of("gallery-" + i + ".jpg"), "", Domain.PHOTO));
    }
    var composition = new BatchSampler.Composition(2, 1, 0, 3, 0, 0);
    BatchSampler sampler = new BatchSampler(pictures(4, 3), List.of(), unlabelled, composition, 1);
    Set<Example> drawn = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      List<Example> batch = sampler.next();
      assertEquals(composition.size(), batch.size());
      drawn.addAll(batch.subList(4, 7));
    }
    assertEquals(Set.copyOf(unlabelled), drawn);
    assertEquals(0, sampler(pictures(4, 3), 2, 1, 1).unlabelledPhotos());
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
