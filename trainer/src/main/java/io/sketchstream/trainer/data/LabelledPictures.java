package io.sketchstream.trainer.data;

import io.sketchstream.events.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Pictures by class, with photos and sketches separate. Immutable. The order is that of the file
/// names, so that the same folders give the same training.
public final class LabelledPictures {
  /// The file name suffix of strokes, one drawing per line.
  static final String JSON_LINES = ".ndjson";

  private static final String JSON = ".json";
  private static final String SVG = ".svg";
  private static final Set<String> EXTENSIONS =
      Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff");

  private final SortedMap<String, List<Example>> photos;
  private final SortedMap<String, List<Example>> sketches;

  private LabelledPictures(
      SortedMap<String, List<Example>> photos, SortedMap<String, List<Example>> sketches) {
    this.photos = photos;
    this.sketches = sketches;
  }

  public static LabelledPictures of(List<Example> examples) {
    SortedMap<String, List<Example>> photos = new TreeMap<>();
    SortedMap<String, List<Example>> sketches = new TreeMap<>();
    for (Example example : examples) {
      (example.domain() == Domain.PHOTO ? photos : sketches)
          .computeIfAbsent(example.label(), _ -> new ArrayList<>())
          .add(example);
    }
    return new LabelledPictures(photos, sketches);
  }

  /// Reads folders with one subfolder per class. Sketches may be pictures, SVG, or strokes as JSON:
  /// one drawing per file or per line.
  ///
  /// @param photoFolders one or more; the photos of a class may be spread over them
  /// @param sketchFolders the same for sketches
  /// @param classes the classes to read; empty reads all
  /// @throws DatasetException when a folder is missing or a class contains no pictures
  public static LabelledPictures read(
      List<Path> photoFolders, List<Path> sketchFolders, Optional<Set<String>> classes) {
    List<Example> examples = new ArrayList<>();
    collect(photoFolders, Domain.PHOTO, classes, examples);
    collect(sketchFolders, Domain.SKETCH, classes, examples);
    return of(examples);
  }

  /// These pictures and others.
  public LabelledPictures and(Collection<Example> others) {
    List<Example> all = new ArrayList<>(photos());
    all.addAll(sketches());
    all.addAll(others);
    return of(all);
  }

  /// These pictures, without files that have the class and name of an earlier one.
  LabelledPictures withoutDuplicates() {
    Set<String> seen = new HashSet<>();
    return of(
        Stream.concat(photos().stream(), sketches().stream())
            .filter(example ->
                seen.add(
                    example.domain() + "/" + example.label() + "/" + example.file().getFileName()))
            .toList());
  }

  /// The pictures of some classes.
  public LabelledPictures only(Set<String> classes) {
    return of(
        Stream.concat(photos().stream(), sketches().stream())
            .filter(example -> classes.contains(example.label()))
            .toList());
  }

  private static void collect(
      List<Path> folders, Domain domain, Optional<Set<String>> classes, List<Example> into) {
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new DatasetException(
            "there is no folder %s; it should hold one folder of %s per class"
                .formatted(folder, domain == Domain.PHOTO ? "photos" : "sketches"));
      }
      for (Path classFolder : children(folder)) {
        String label = classFolder.getFileName().toString();
        if (Files.isDirectory(classFolder) && classes.map(c -> c.contains(label)).orElse(true)) {
          filesIn(classFolder).stream()
              .map(file -> new Example(file, label, domain))
              .forEach(into::add);
          if (domain == Domain.SKETCH) {
            collectVectors(classFolder, label, into);
          }
        }
      }
    }
  }

  private static void collectVectors(Path classFolder, String label, List<Example> into) {
    for (Path file : children(classFolder)) {
      String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      if (name.endsWith(SVG)) {
        into.add(new Example(file, label, Domain.SKETCH));
      } else if (name.endsWith(JSON)) {
        into.add(new Example(file, 0, label, PictureKind.STROKES));
      } else if (isJsonLines(file)) {
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
          if (!lines.get(i).isBlank()) {
            into.add(new Example(file, i, label, PictureKind.STROKES));
          }
        }
      }
    }
  }

  /// Whether a file has the strokes of one drawing per line.
  static boolean isJsonLines(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(JSON_LINES);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new DatasetException("can't read " + file + ": " + e.getMessage(), e);
    }
  }

  /// The pictures in a folder, in the order of their names.
  ///
  /// @throws DatasetException when there is no such folder
  static List<Path> filesIn(Path folder) {
    return children(folder).stream().filter(LabelledPictures::isPicture).toList();
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw new DatasetException("can't list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return EXTENSIONS.contains(extension) && Files.isRegularFile(file);
  }

  /// All photos, class by class.
  public List<Example> photos() {
    return photos.values().stream().flatMap(List::stream).toList();
  }

  /// All sketches, class by class.
  public List<Example> sketches() {
    return sketches.values().stream().flatMap(List::stream).toList();
  }

  public List<Example> photos(String label) {
    return Collections.unmodifiableList(photos.getOrDefault(label, List.of()));
  }

  public List<Example> sketches(String label) {
    return Collections.unmodifiableList(sketches.getOrDefault(label, List.of()));
  }

  /// The classes that have photos as well as sketches, in alphabetical order.
  public List<String> pairedClasses() {
    return photos.keySet().stream().filter(sketches::containsKey).toList();
  }

  /// The classes that have photos, in alphabetical order.
  public List<String> photoClasses() {
    return List.copyOf(photos.keySet());
  }

  /// All classes, in alphabetical order.
  public List<String> classes() {
    SortedSet<String> all = new TreeSet<>(photos.keySet());
    all.addAll(sketches.keySet());
    return List.copyOf(all);
  }

  /// At most `count` pictures of each class and domain, evenly spaced.
  public LabelledPictures limitedTo(int count) {
    List<Example> kept = new ArrayList<>();
    for (Map<String, List<Example>> side : List.of(photos, sketches)) {
      side.values().forEach(list -> kept.addAll(spread(list, count)));
    }
    return of(kept);
  }

  /// About `count` pictures of one domain, as evenly as possible over the classes, and evenly
  /// spaced within each class.
  public List<Example> spread(Domain domain, int count) {
    var side = domain == Domain.PHOTO ? photos : sketches;
    int largest = side.values().stream().mapToInt(List::size).max().orElse(0);
    int each = 1;
    while (each < largest && sizeWith(side, each + 1) <= count) {
      each++;
    }
    int eachMax = each;
    return side.values().stream().flatMap(list -> spread(list, eachMax).stream()).toList();
  }

  private static int sizeWith(Map<String, List<Example>> side, int each) {
    return side.values().stream().mapToInt(list -> Math.min(each, list.size())).sum();
  }

  private static List<Example> spread(List<Example> list, int count) {
    if (count >= list.size()) {
      return list;
    }
    List<Example> kept = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      kept.add(list.get((int) ((2L * i + 1) * list.size() / (2L * count))));
    }
    return kept;
  }

  /// A fingerprint of the content: classes, file names and file sizes.
  public String fingerprint() {
    MessageDigest digest = Sha256.digest();
    Stream.of(photos(), sketches())
        .flatMap(List::stream)
        .forEach(example ->
            digest.update(
                "%s/%s/%s:%d/%d\n"
                    .formatted(
                        example.kind(),
                        example.label(),
                        example.file().getFileName(),
                        example.line(),
                        sizeOf(example.file()))
                    .getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new DatasetException("can't read " + file + ": " + e.getMessage(), e);
    }
  }
}
