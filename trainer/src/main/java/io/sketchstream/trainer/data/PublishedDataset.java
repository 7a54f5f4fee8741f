package io.sketchstream.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The datasets that papers on zero-shot sketch-based retrieval report on, with their splits: the
/// unseen classes, and the folders of sketches and photos in their releases. The user provides the
/// pictures.
public enum PublishedDataset {
  /// Sketchy Extended, 25 unseen classes, drawn at random (Shen et al., 2018). A file of its usual
  /// release lists them.
  SKETCHY_1(Layout.SKETCHY, Optional.of("zeroshot1/cname_cid_zero.txt")),

  /// Sketchy Extended, the 21 unseen classes that are not in ImageNet-1k (Yelamarthi et al., 2018).
  SKETCHY_2(Layout.SKETCHY, Optional.empty()),

  /// TU-Berlin Extended, 30 unseen classes (Shen et al., 2018).
  TU_BERLIN(Layout.TU_BERLIN, Optional.empty()),

  /// QuickDraw Extended, 30 unseen classes (Dey et al., 2019).
  QUICKDRAW(Layout.QUICKDRAW, Optional.empty());

  /// The folders of sketches and photos in releases, the usual ones first.
  private record Layout(String family, List<String> sketches, List<String> photos) {
    static final Layout SKETCHY =
        new Layout(
            "Sketchy Extended",
            List.of(
                "256x256/sketch/tx_000000000000_ready",
                "256x256/sketch/tx_000000000000",
                "sketch/tx_000000000000",
                "sketch",
                "sketches"),
            List.of(
                "EXTEND_image_sketchy_ready",
                "EXTEND_image_sketchy",
                "256x256/EXTEND_image_sketchy",
                "photo",
                "photos"));
    static final Layout TU_BERLIN =
        new Layout(
            "TU-Berlin Extended",
            List.of("png_ready", "png", "sketches"),
            List.of("ImageResized_ready", "ImageResized", "images", "photos"));
    static final Layout QUICKDRAW =
        new Layout(
            "QuickDraw Extended",
            List.of("QuickDraw_sketches_final", "sketches", "sketch"),
            List.of("QuickDraw_images_final", "images", "photos", "image"));

    /// Whether a folder name is used by these releases only.
    boolean isOf(Path folder) {
      String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
      boolean telling = name.indexOf('_') >= 0 || name.equals("ImageResized");
      return telling
          && Stream.concat(sketches.stream(), photos.stream())
              .anyMatch(place -> Path.of(place).endsWith(name));
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // its lists are immutable
  private final Layout layout;

  private final Optional<String> classFile;

  PublishedDataset(Layout layout, Optional<String> classFile) {
    this.layout = layout;
    this.classFile = classFile;
  }

  /// The dataset that a folder of sketches or photos belongs to, by its name; if there are several
  /// splits, the one that needs no file.
  public static Optional<PublishedDataset> ofFolder(Path folder) {
    return Arrays.stream(values())
        .filter(dataset -> dataset.classFile.isEmpty() && dataset.layout.isOf(folder))
        .findFirst();
  }

  /// Its name in papers, without the split.
  public String family() {
    return layout.family();
  }

  /// Its name on the command line, such as `sketchy-1`.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The pictures of unseen and of seen classes.
  ///
  /// @param unseen queries and gallery of the zero-shot setting
  /// @param seen training classes; distractors of the generalised setting
  public record Pictures(LabelledPictures unseen, LabelledPictures seen) {}

  /// Reads the pictures of a release.
  ///
  /// @throws DatasetException when a folder or class is missing; names it
  public Pictures read(Path root) {
    Path sketches = first(root, "sketches", layout.sketches());
    Path photos = first(root, "photos", layout.photos());
    Set<String> wanted =
        unseenClasses(root).stream().map(PublishedDataset::plain).collect(Collectors.toSet());
    Set<String> folders = new TreeSet<>(folders(sketches));
    folders.retainAll(folders(photos));
    Set<String> unseen =
        folders.stream().filter(f -> wanted.contains(plain(f))).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>(wanted);
    unseen.forEach(folder -> missing.remove(plain(folder)));
    if (!missing.isEmpty()) {
      throw new DatasetException(
          "%s needs a folder in %s and in %s for each of its unseen classes; missing are %s"
              .formatted(label(), sketches, photos, missing));
    }
    Set<String> seen = new TreeSet<>(folders);
    seen.removeAll(unseen);
    return new Pictures(
        LabelledPictures.read(List.of(photos), List.of(sketches), Optional.of(unseen)),
        LabelledPictures.read(List.of(photos), List.of(sketches), Optional.of(seen)));
  }

  /// The given classes that are unseen in this dataset; only for a list known without its files.
  public Set<String> unseenAmong(Collection<String> classes) {
    try {
      Set<String> unseen =
          listed().stream().map(PublishedDataset::plain).collect(Collectors.toSet());
      return classes.stream()
          .filter(label -> unseen.contains(plain(label)))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path first(Path root, String what, List<String> candidates) {
    return candidates.stream()
        .map(root::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(() ->
            new DatasetException(
                "%s has no folder of %s; looked for %s".formatted(root, what, candidates)));
  }

  /// The unseen classes by their names in the dataset.
  private List<String> unseenClasses(Path root) {
    try {
      if (classFile.isEmpty()) {
        return listed();
      }
      Path file = root.resolve(classFile.get());
      if (!Files.isRegularFile(file)) {
        throw new DatasetException(
            "%s lists its unseen classes in %s, which is missing".formatted(label(), file));
      }
      // Each line has a class and its number.
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank())
          .map(line -> line.strip().replaceFirst("\\s+\\d+$", ""))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> listed() throws IOException {
    try (InputStream in = PublishedDataset.class.getResourceAsStream("published-splits.json")) {
      List<String> classes = new ArrayList<>();
      for (JsonNode name : new ObjectMapper().readTree(in).required(label())) {
        classes.add(name.asText());
      }
      return classes;
    }
  }

  private static Set<String> folders(Path parent) {
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Normalises names: releases write `hot air balloon`, `hot_air_balloon` or `hot-air-balloon`.
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip();
  }
}
