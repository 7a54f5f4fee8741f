package io.sketchstream.cli;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Folders of classes with photos and drawings, distinguished by their content, or by the folders
/// `photos` and `sketches` above the classes.
final class TeachingFolder {
  /// A drawing is strokes on plain paper. Of 1,000 drawings and 1,500 photos of research
  /// collections, this rule misclassifies none and seven (photos of things on white).
  private static final double PAPER_MIN = .75;

  private static final double COLOUR_MAX = 8;
  private static final int LEVELS = 16;
  private static final int SIDE = 64;
  private static final int LONG_SIDE_MAX = 512;
  private static final List<String> LAYOUT = List.of("photos", "sketches");
  private static final List<String> VECTORS = List.of(".svg", ".json", ".ndjson");
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  /// The files of a class.
  record Examples(List<Path> photos, List<Path> drawings) {
    private Examples() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  private final Map<String, Examples> classes = new TreeMap<>();
  private final List<ImportReport.Trouble> unusable = new ArrayList<>();

  private TeachingFolder() {}

  /// Reads a folder.
  ///
  /// @throws CommandFailure when it has no class folders, or files beside them, or can't be read
  static TeachingFolder read(Path root) {
    TeachingFolder folder = new TeachingFolder();
    try {
      List<Path> below = list(root);
      if (below.stream().anyMatch(Files::isRegularFile)) {
        throw new CommandFailure(
            root + ": files must be in a folder for each class, such as " + root + "/cat/1.jpg");
      }
      boolean sorted =
          !below.isEmpty()
              && below.stream().allMatch(path -> LAYOUT.contains(path.getFileName().toString()));
      for (Path each : below) {
        for (Path classFolder : sorted ? list(each) : List.of(each)) {
          folder.readClass(classFolder, sorted ? each.getFileName().toString() : "");
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("can't read " + Reasons.withFile(e));
    }
    if (folder.classes.isEmpty()) {
      throw new CommandFailure(root + ": no pictures in a folder for each class");
    }
    return folder;
  }

  Map<String, Examples> classes() {
    return classes;
  }

  /// Photos as candidates for an import.
  ImportSource photos() {
    return visitor -> {
      for (Examples examples : classes.values()) {
        for (Path photo : examples.photos()) {
          visitor.image(new ImportSource.Candidate(photo, ImageFiles.title(photo), ""));
        }
      }
    };
  }

  void print(PrintWriter out) {
    out.printf("%-24s %9s %9s%n", "class", "photos", "drawings");
    classes.forEach((name, examples) ->
        out.printf(
            "%-24s %,9d %,9d%n",
            HitTable.cut(name, 24), examples.photos().size(), examples.drawings().size()));
    unusable.forEach(
        trouble -> out.println("skipped   " + trouble.file() + ": " + trouble.reason()));
    out.flush();
  }

  private void readClass(Path folder, String kind) throws IOException {
    String name = folder.getFileName().toString();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
        if (file.getFileName().toString().startsWith(".")) {
          continue;
        }
        try {
          boolean drawing = kind.isEmpty() ? isDrawing(file) : kind.equals("sketches");
          Examples examples = classes.computeIfAbsent(name, _ -> new Examples());
          (drawing ? examples.drawings() : examples.photos()).add(file);
        } catch (RefusedImageException e) {
          unusable.add(new ImportReport.Trouble(file, e.getMessage()));
        }
      }
    }
  }

  private boolean isDrawing(Path file) throws IOException, RefusedImageException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (VECTORS.stream().anyMatch(name::endsWith)) {
      return true;
    }
    return isDrawing(decoded(Files.readAllBytes(file)));
  }

  private static BufferedImage decoded(byte[] bytes) throws RefusedImageException {
    return DECODER.decodeReduced(bytes, SIDE, LONG_SIDE_MAX);
  }

  /// Whether a file is a picture and not a drawing.
  static boolean looksLikePhoto(byte[] bytes) {
    try {
      return !isDrawing(decoded(bytes));
    } catch (RefusedImageException _) {
      return false; // SVG, or something that the server will refuse.
    }
  }

  /// Whether two neighbouring levels of gray cover most of the picture, and there is no colour.
  static boolean isDrawing(BufferedImage image) {
    int[] levels = new int[LEVELS + 1];
    double colour = 0;
    int pixels = image.getWidth() * image.getHeight();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        int red = rgb >> 16 & 0xff;
        int green = rgb >> 8 & 0xff;
        int blue = rgb & 0xff;
        levels[(red + green + blue) * LEVELS / (3 * 256)]++;
        colour += Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue));
      }
    }
    int paper = 0;
    for (int i = 0; i < LEVELS; i++) {
      paper = Math.max(paper, levels[i] + levels[i + 1]);
    }
    return paper >= PAPER_MIN * pixels && colour < COLOUR_MAX * pixels;
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(folder + ": no such folder");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }
}
