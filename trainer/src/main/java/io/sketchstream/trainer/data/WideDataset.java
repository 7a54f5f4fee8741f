package io.sketchstream.trainer.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A dataset in which only some classes have sketches: classes with photos, photos of 64 pixels,
/// sketches and strokes in any combination, and words with drawings and ImageNet names.
///
/// ```
/// <root>/photos/<class>/*.jpg         <root>/splits.json
/// <root>/photos-64px/<class>/*.jpg    <root>/quickdraw-concepts.json   word -> class
/// <root>/sketches/<class>/*.png
/// <drawings>/<word>.ndjson            <words>.json                     word -> ImageNet names
/// ```
public final class WideDataset {
  /// Excluded words: they are easily confused with classes of the validation split or of the final
  /// test split.
  static final Set<String> EXCLUDED =
      Set.of("mouse", "saw", "pear", "barn", "house", "bird", "zebra", "wine glass");

  private static final String TRAIN = "train";

  private final Folders folders;
  private final ClassSplits splits;
  private final Optional<Drawings> drawings;
  private final SortedMap<String, String> concepts;
  private final SortedMap<String, SortedSet<String>> names;

  /// The folders of the dataset.
  ///
  /// @param root folder with photos, sketches and `splits.json`
  /// @param drawings folder of `ndjson` files
  /// @param words ImageNet names of words that are trained without photos
  /// @param classNames the names of the ImageNet classes by index; needed for `words`
  /// @param moreSketches further folders of sketches of the same classes
  public record Folders(
      Path root,
      Optional<Path> drawings,
      Optional<Path> words,
      Optional<Path> classNames,
      List<Path> moreSketches) {
    public Folders {
      moreSketches = List.copyOf(moreSketches);
      if (words.isPresent() && (classNames.isEmpty() || drawings.isEmpty())) {
        throw new IllegalArgumentException(
            "words need a folder of drawings and the names of the ImageNet classes");
      }
    }
  }

  /// @throws DatasetException when a folder or a file is missing
  public WideDataset(Folders folders) {
    this.folders = folders;
    splits = ClassSplits.read(folders.root().resolve("splits.json"));
    drawings = folders.drawings().map(Drawings::new);
    concepts =
        drawings.isPresent()
            ? WordList.concepts(folders.root().resolve("quickdraw-concepts.json"))
            : new TreeMap<>();
    names = folders.words().map(WordList::names).orElseGet(TreeMap::new);
  }

  /// All pictures of the training classes, without those held back for evaluation.
  public LabelledPictures training() {
    Set<String> classes = splits.classes(TRAIN);
    List<Path> sketches = new ArrayList<>(List.of(folders.root().resolve("sketches")));
    sketches.addAll(folders.moreSketches());
    LabelledPictures pictures =
        LabelledPictures.read(
            List.of(folders.root().resolve("photos")), sketches, Optional.of(classes));
    return pictures.withoutDuplicates().and(thumbnails(classes)).and(strokes(classes));
  }

  /// The evaluation splits: those whose classes have photos and sketches.
  public List<String> evaluationSplits() {
    return splits.splits().stream()
        .filter(split -> !split.equals(TRAIN) && !evaluation(split).pairedClasses().isEmpty())
        .toList();
  }

  /// Photos and sketches of an evaluation split.
  public LabelledPictures evaluation(String split) {
    return LabelledPictures.read(
        List.of(folders.root().resolve("photos")),
        List.of(folders.root().resolve("sketches")),
        Optional.of(splits.classes(split)));
  }

  private List<Example> thumbnails(Set<String> classes) {
    Path folder = folders.root().resolve("photos-64px");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    return LabelledPictures.read(List.of(folder), List.of(), Optional.of(classes)).photos().stream()
        .map(photo -> new Example(photo.file(), 0, photo.label(), PictureKind.THUMBNAIL))
        .toList();
  }

  private List<Example> strokes(Set<String> classes) {
    List<Example> strokes = new ArrayList<>();
    concepts.forEach((word, concept) -> {
      if (classes.contains(concept) && !EXCLUDED.contains(word)) {
        strokes.addAll(drawings.orElseThrow().of(word, concept, false));
      }
    });
    return strokes;
  }

  /// The training words, by their names in ImageNet.
  ///
  /// @throws DatasetException when a word's name is unknown in ImageNet
  public List<Word> words() {
    if (names.isEmpty()) {
      return List.of();
    }
    var classes = WordList.imageNetClasses(folders.classNames().orElseThrow());
    Set<String> train = splits.classes(TRAIN);
    List<Word> words = new ArrayList<>();
    for (String word : trainedWords()) {
      Set<Integer> indices = new TreeSet<>();
      for (String name : names.get(word)) {
        indices.addAll(
            Optional.ofNullable(classes.get(name))
                .orElseThrow(() ->
                    new DatasetException(
                        "'%s', a name of '%s', is not in %s"
                            .formatted(name, word, folders.classNames().orElseThrow()))));
      }
      words.add(
          new Word(
              word,
              List.copyOf(indices),
              Optional.ofNullable(concepts.get(word)).filter(train::contains),
              drawings.orElseThrow().of(word, word, false)));
    }
    return words.stream().filter(word -> !word.drawings().isEmpty()).toList();
  }

  /// Words with an ImageNet name, except those of classes that are not trained on.
  private List<String> trainedWords() {
    Set<String> train = splits.classes(TRAIN);
    return names.keySet().stream()
        .filter(word -> !EXCLUDED.contains(word))
        .filter(word -> !concepts.containsKey(word) || train.contains(concepts.get(word)))
        .toList();
  }

  /// What is trained on and what is left out, one line each.
  public List<String> summary(LabelledPictures training, Collection<Word> words) {
    List<String> lines = new ArrayList<>();
    int classes = training.classes().size();
    int paired = training.pairedClasses().size();
    lines.add(
        text(
            "training: %,d classes, %,d of them with sketches or drawings, %,d with photos alone",
            classes, paired, classes - paired));
    lines.add(
        text(
            "training: %,d photos, %,d photos of 64 px, %,d sketches, %,d drawings of strokes",
            count(training.photos(), PictureKind.PHOTO),
            count(training.photos(), PictureKind.THUMBNAIL),
            count(training.sketches(), PictureKind.SKETCH),
            count(training.sketches(), PictureKind.STROKES)));
    lines.add(
        text(
            "training: %,d words by name, %,d of them without photos; %,d drawings",
            words.size(),
            words.stream().filter(word -> word.concept().isEmpty()).count(),
            words.stream().mapToInt(word -> word.drawings().size()).sum()));
    for (String split : splits.splits()) {
      if (!split.equals(TRAIN)) {
        lines.add(text("left out: split %s, %,d classes", split, splits.classes(split).size()));
      }
    }
    drawings.ifPresent(all -> lines.addAll(leftOut(all, words)));
    return lines;
  }

  private List<String> leftOut(Drawings all, Collection<Word> words) {
    Set<String> train = splits.classes(TRAIN);
    Set<String> used =
        words.stream().map(Word::name).collect(Collectors.toCollection(HashSet::new));
    concepts.forEach((word, concept) -> {
      if (train.contains(concept) && !EXCLUDED.contains(word)) {
        used.add(word);
      }
    });
    long heldBack = used.stream().mapToInt(word -> all.of(word, word, true).size()).sum();
    SortedSet<String> unused = all.words();
    unused.removeAll(used);
    return List.of(
        text("left out: %,d drawings of these words, which are only evaluated on", heldBack),
        text(
            "left out: %,d words that are neither a training class nor have a name: %s",
            unused.size(),
            unused.stream().limit(12).collect(Collectors.joining(", "))
                + (unused.size() > 12 ? ", ..." : "")));
  }

  private static long count(List<Example> examples, PictureKind kind) {
    return examples.stream().filter(example -> example.kind() == kind).count();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /// Held-back drawings of words, as queries in a gallery of ImageNet pictures.
  ///
  /// @param queries their label is the word
  /// @param gallery their label is the ImageNet name
  /// @param names right answers by word
  public record OpenWorld(
      List<Example> queries, List<Example> gallery, Map<String, SortedSet<String>> names) {

    /// Number of pictures to embed.
    public int pictures() {
      return queries.size() + gallery.size();
    }

    /// Reads the held-back drawings and a gallery whose files are named `<index>-<id>_<name>.jpg`.
    ///
    /// @throws DatasetException when a folder or a file is missing
    public static OpenWorld read(Path words, Path drawings, Path gallery) {
      SortedMap<String, SortedSet<String>> names = WordList.names(words);
      Drawings all = new Drawings(drawings);
      List<Example> queries = new ArrayList<>();
      names.keySet().forEach(word -> queries.addAll(all.of(word, word, true)));
      List<Example> photos =
          LabelledPictures.filesIn(gallery).stream()
              .map(file -> new Example(file, nameOf(file), Domain.PHOTO))
              .toList();
      return new OpenWorld(List.copyOf(queries), photos, names);
    }

    private static String nameOf(Path file) {
      String name = file.getFileName().toString();
      return name.substring(name.indexOf('_') + 1, name.lastIndexOf('.')).replace('_', ' ');
    }
  }
}
