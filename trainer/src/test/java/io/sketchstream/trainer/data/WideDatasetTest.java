package io.sketchstream.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A dataset of empty files, of every kind of class there is.
class WideDatasetTest {
  private static final int DRAWINGS = 40;

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    files("wide/photos/apple", "a.jpg", "b.jpg");
    files("wide/photos/chair", "c.jpg");
    files("wide/photos/bat", "d.jpg");
    files("wide/photos-64px/apple", "e.jpg");
    files("wide/photos-64px/lamp", "f.jpg");
    files("wide/sketches/apple", "g.png");
    files("wide/sketches/bat", "h.png");
    files("wide/sketches/sun", "i.png");
    files("more/apple", "g.png", "j.png");
    files("more/bat", "k.png");
    files("gallery-1000", "031-n01_tree_frog.jpg", "472-n02_canoe.jpg");
    text(
        "wide/splits.json",
        """
        {"train": ["apple", "chair", "lamp"], "val": ["bat"], "none": ["sun"]}
        """);
    text(
        "wide/quickdraw-concepts.json",
        """
        {"apple": "apple", "bat": "bat", "chair": "chair", "sun": "sun"}
        """);
    text(
        "words.json",
        """
        {"_": "a comment", "chair": ["folding chair", "rocker"], "canoe": ["canoe"],
         "bat": ["canoe"], "mouse": ["canoe"]}
        """);
    text(
        "classes.json",
        """
        [{"index": 0, "name": "canoe, paddle boat"}, {"index": 1, "name": "folding chair"},
         {"index": 2, "name": "rocking chair, rocker"}]
        """);
    for (String word : List.of("apple", "bat", "canoe", "chair", "mouse", "sun", "yoga")) {
      drawings(word);
    }
  }

  private void files(String path, String... names) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(path));
    for (String name : names) {
      Files.createFile(directory.resolve(name));
    }
  }

  private void text(String path, String text) throws IOException {
    Files.writeString(folder.resolve(path), text);
  }

  private void drawings(String word) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < DRAWINGS; i++) {
      lines.add("{\"key_id\": \"%d\", \"drawing\": [[[0, 9], [0, 9]]]}".formatted(1000 + i));
    }
    Path file = folder.resolve("quickdraw").resolve(word + ".ndjson");
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }

  private WideDataset dataset() {
    return new WideDataset(
        new WideDataset.Folders(
            folder.resolve("wide"),
            Optional.of(folder.resolve("quickdraw")),
            Optional.of(folder.resolve("words.json")),
            Optional.of(folder.resolve("classes.json")),
            List.of(folder.resolve("more"))));
  }

  @Test
  void acceptsAnyKindOfPictureInAClass() {
    LabelledPictures training = dataset().training();
    assertEquals(List.of("apple", "chair", "lamp"), training.classes());
    assertEquals(List.of("apple", "chair"), training.pairedClasses());
    assertEquals(
        List.of(PictureKind.PHOTO, PictureKind.PHOTO, PictureKind.THUMBNAIL),
        training.photos("apple").stream().map(Example::kind).toList());
    assertEquals(
        List.of("g.png", "j.png"),
        training.sketches("apple").stream()
            .filter(sketch -> sketch.kind() == PictureKind.SKETCH)
            .map(sketch -> sketch.file().getFileName().toString())
            .toList());
  }

  @Test
  void neverTrainsOnHeldBackDrawings() {
    WideDataset dataset = dataset();
    List<Example> strokes =
        dataset.training().sketches().stream()
            .filter(sketch -> sketch.kind() == PictureKind.STROKES)
            .toList();
    assertEquals(
        Set.of("apple", "chair"), strokes.stream().map(Example::label).collect(Collectors.toSet()));
    List<Example> trained = new ArrayList<>(strokes);
    dataset.words().forEach(word -> trained.addAll(word.drawings()));
    for (Example drawing : trained) {
      assertFalse(Drawings.isHeldBack(String.valueOf(1000 + drawing.line())));
    }
    Set<Integer> measured =
        world().queries().stream().map(Example::line).collect(Collectors.toSet());
    Set<Integer> used = strokes.stream().map(Example::line).collect(Collectors.toSet());
    assertEquals(DRAWINGS, measured.size() + used.size());
  }

  @Test
  void holdsKeysBackByTheirHash() {
    // The MD5 of "1" is c4ca...849b, that of "3" eccb...baf3, of "12" c20a...3710.
    assertFalse(Drawings.isHeldBack("1"));
    assertFalse(Drawings.isHeldBack("3"));
    assertTrue(Drawings.isHeldBack("12"));
  }

  @Test
  void leavesOutWordsOfUntrainedClasses() {
    List<Word> words = dataset().words();
    assertEquals(List.of("canoe", "chair"), words.stream().map(Word::name).toList());
    assertEquals(List.of(0), words.getFirst().imageNetClasses());
    assertEquals(Optional.empty(), words.getFirst().concept());
    assertEquals(List.of(1, 2), words.getLast().imageNetClasses());
    assertEquals(Optional.of("chair"), words.getLast().concept());
  }

  @Test
  void summarisesWhatIsFoundAndLeftOut() {
    WideDataset dataset = dataset();
    String summary = String.join("\n", dataset.summary(dataset.training(), dataset.words()));
    assertTrue(summary.contains("3 classes, 2 of them with sketches"), summary);
    assertTrue(summary.contains("3 photos, 2 photos of 64 px, 2 sketches"), summary);
    assertTrue(summary.contains("2 words by name, 1 of them without photos"), summary);
    assertTrue(summary.contains("bat, mouse, sun, yoga"), summary);
  }

  @Test
  void refusesNamesUnknownToImageNet() throws IOException {
    text("words.json", "{\"canoe\": [\"kayak\"]}");
    WideDataset dataset = dataset();
    DatasetException refused = assertThrows(DatasetException.class, dataset::words);
    assertTrue(refused.getMessage().contains("kayak"), refused.getMessage());
  }

  @Test
  void searchesTheOpenWorldByName() {
    WideDataset.OpenWorld world = world();
    assertEquals(
        List.of("tree frog", "canoe"), world.gallery().stream().map(Example::label).toList());
    assertEquals(Set.of("canoe"), world.names().get("canoe"));
    assertFalse(world.names().containsKey("_"));
  }

  private WideDataset.OpenWorld world() {
    return WideDataset.OpenWorld.read(
        folder.resolve("words.json"), folder.resolve("quickdraw"), folder.resolve("gallery-1000"));
  }

  @Test
  void spreadsSamplesOverClassesAndWithinEach() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      examples.add(new Example(Path.of("large-" + i), "large", Domain.PHOTO));
    }
    examples.add(new Example(Path.of("small"), "small", Domain.PHOTO));
    List<Example> sample = LabelledPictures.of(examples).spread(Domain.PHOTO, 5);
    assertEquals(
        List.of("large-12", "large-37", "large-62", "large-87", "small"),
        sample.stream().map(example -> example.file().toString()).toList());
  }
}
