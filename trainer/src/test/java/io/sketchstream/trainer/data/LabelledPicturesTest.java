package io.sketchstream.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledPicturesTest {
  @TempDir private Path folder;

  @Test
  void readsStrokesAndSvgAsSketches() throws IOException {
    Path cats = Files.createDirectories(folder.resolve("sketches/cat"));
    String strokes = "[[[10, 200], [10, 200]]]";
    Files.writeString(cats.resolve("one.json"), "{\n\"drawing\": " + strokes + "\n}");
    Files.writeString(
        cats.resolve("two.ndjson"), "{\"drawing\":" + strokes + "}\n\n" + strokes + "\n");
    Files.writeString(
        cats.resolve("three.svg"),
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>"
            + "<path d='M1 1L8 8' stroke='black'/></svg>");
    Files.writeString(cats.resolve("notes.txt"), "no sketch");

    List<Example> sketches =
        LabelledPictures.read(List.of(), List.of(folder.resolve("sketches")), Optional.empty())
            .sketches();

    assertEquals(4, sketches.size(), sketches::toString);
    assertEquals(
        Set.of(0, 2),
        sketches.stream()
            .filter(sketch -> sketch.file().endsWith("two.ndjson"))
            .map(Example::line)
            .collect(Collectors.toSet()));
    PictureReader reader = new FilePictureReader(PhotoFit.CENTRE, SketchFit.SQUARE);
    byte[] first = reader.read(sketches.get(0), 32).rgb();
    for (Example sketch : sketches) {
      byte[] pixels = reader.read(sketch, 32).rgb();
      if (sketch.kind() == PictureKind.STROKES) {
        assertArrayEquals(first, pixels, sketch.toString());
      }
    }
  }

  @Test
  void spreadsPicturesEvenlyOverTheClasses() {
    List<Example> examples =
        Stream.of("a", "b", "c")
            .flatMap(label ->
                IntStream.range(0, label.equals("a") ? 90 : 5)
                    .mapToObj(i -> new Example(Path.of(label + i), label, Domain.PHOTO)))
            .toList();
    List<Example> spread = LabelledPictures.of(examples).spread(Domain.PHOTO, 12);
    assertEquals(12, spread.size());
    for (String label : List.of("a", "b", "c")) {
      assertEquals(4, spread.stream().filter(e -> e.label().equals(label)).count(), label);
    }
  }

  @Test
  void usesContoursWithoutSketches() throws IOException {
    TinyDataset.write(folder, 6, 4, 3);
    TrainingData data = TrainingData.read(List.of(folder.resolve("photos")), List.of(), 1);
    assertEquals(4, data.training().pairedClasses().size());
    assertEquals(16, data.training().sketches().size());
    assertTrue(
        data.training().sketches().stream()
            .allMatch(sketch -> sketch.kind() == PictureKind.CONTOURS));
    LabelledPictures val = data.evaluations().get("val");
    Set<Path> queries = val.sketches().stream().map(Example::file).collect(Collectors.toSet());
    assertEquals(6, queries.size());
    assertTrue(val.photos().stream().noneMatch(photo -> queries.contains(photo.file())));
  }
}
