package io.sketchstream.training.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
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

/// Pictures by class, photos and sketches apart. Immutable; the order is that of the file names, so
/// that the same folders give the same training.
public final class LabelledPictures {
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

  /// Reads folders that hold one folder a class.
  ///
  /// @param photoFolders one or more; the photos of a class may be spread over them
  /// @param sketchFolders the same for sketches
  /// @param classes which classes to take, or all of them when empty
  /// @throws DatasetException when a folder is missing or a class has no pictures in it
  public static LabelledPictures read(
      List<Path> photoFolders, List<Path> sketchFolders, Optional<Set<String>> classes) {
    List<Example> examples = new ArrayList<>();
    collect(photoFolders, Domain.PHOTO, classes, examples);
    collect(sketchFolders, Domain.SKETCH, classes, examples);
    return of(examples);
  }

  private static void collect(
      List<Path> folders, Domain domain, Optional<Set<String>> classes, List<Example> into) {
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new DatasetException(
            "there is no folder %s; it should hold one folder of %s a class"
                .formatted(folder, domain == Domain.PHOTO ? "photos" : "sketches"));
      }
      for (Path classFolder : children(folder)) {
        String label = classFolder.getFileName().toString();
        if (Files.isDirectory(classFolder) && classes.map(c -> c.contains(label)).orElse(true)) {
          children(classFolder).stream()
              .filter(LabelledPictures::isPicture)
              .map(file -> new Example(file, label, domain))
              .forEach(into::add);
        }
      }
    }
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

  /// All classes, in alphabetical order.
  public List<String> classes() {
    SortedSet<String> all = new TreeSet<>(photos.keySet());
    all.addAll(sketches.keySet());
    return List.copyOf(all);
  }

  /// The first `count` pictures of each class and domain.
  public LabelledPictures limitedTo(int count) {
    List<Example> kept = new ArrayList<>();
    for (Map<String, List<Example>> side : List.of(photos, sketches)) {
      side.values().forEach(list -> kept.addAll(list.subList(0, Math.min(count, list.size()))));
    }
    return of(kept);
  }

  /// A fingerprint of what is in here: classes, file names and file sizes.
  public String fingerprint() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    Stream.of(photos(), sketches())
        .flatMap(List::stream)
        .forEach(example ->
            digest.update(
                "%s/%s/%s/%d\n"
                    .formatted(
                        example.domain(),
                        example.label(),
                        example.file().getFileName(),
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
