package io.sketchstream.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Stroke;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.score.Score;
import io.sketchstream.score.Standout;
import io.sketchstream.trainer.data.ClassSplits;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/// Whether nothing fits, of sketches with a right photo, without one, and of scribbles: with the
/// model of the repository and classes that it never saw.
class StandoutOnDataTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));
  private static final Path DATA = ROOT.resolve("../shared/data/wide");
  private static final int CLASSES = 12;
  private static final int PHOTOS = 14;
  private static final int SKETCHES = 5;
  private static final int SCRIBBLES = 24;
  private static final int FIRST = 5;

  private static final int PHOTO_CLASSES = 24;
  private static final int PHOTOS_OF_CLASS = 16;
  private static final int QUERIES_OF_CLASS = 4;

  private final SplittableRandom random = new SplittableRandom(7);

  private record Photo(String className, Embedding embedding, float hubness) {}

  @Test
  void firesRarelyWithARightPhotoAndMoreOftenWithout() throws Exception {
    assumeTrue(Files.isDirectory(DATA), () -> "needs the development data in " + DATA);
    ModelArtifact model = ModelArtifact.load(ROOT.resolve("models/default"));
    try (Encoder encoder =
        TorchEncoder.open(
            model, EncoderOptions.defaults().withPrecision(EncoderOptions.Precision.FP32))) {
      List<String> classes =
          ClassSplits.read(DATA.resolve("splits.json")).classes("val").stream()
              .sorted()
              .limit(CLASSES)
              .toList();
      List<Photo> gallery = new ArrayList<>();
      for (String name : classes) {
        for (Path file : first(DATA.resolve("photos").resolve(name), PHOTOS)) {
          Embedding photo = embed(encoder, encoder.preprocessing().image(Files.readAllBytes(file)));
          gallery.add(new Photo(name, photo, encoder.hubness(photo)));
        }
      }
      int[] right = new int[2];
      int[] absent = new int[2];
      int[] scribbled = new int[2];
      for (String name : classes) {
        for (Path file : first(DATA.resolve("sketches").resolve(name), SKETCHES)) {
          ByteString raster = ByteString.copyFrom(Files.readAllBytes(file));
          float[] sketch = sketch(encoder, Sketch.newBuilder().setRaster(raster).build());
          if (isFound(sketch, gallery, name)) {
            count(right, sketch, gallery, _ -> true, Standout::of);
          }
          count(absent, sketch, gallery, photo -> !photo.className().equals(name), Standout::of);
        }
      }
      for (int i = 0; i < SCRIBBLES; i++) {
        count(scribbled, sketch(encoder, scribble()), gallery, _ -> true, Standout::of);
      }
      String figures =
          "with a right photo %d of %d, without %d of %d, scribbles %d of %d"
              .formatted(right[0], right[1], absent[0], absent[1], scribbled[0], scribbled[1]);
      System.out.println("nothing fits: " + figures);
      assertTrue(right[1] >= 30, figures);
      assertTrue(share(right) <= .15, figures);
      assertTrue(share(scribbled) >= .1, figures);
      assertTrue(share(scribbled) > 1.5 * share(right), figures);
      assertTrue(share(absent) >= share(right) - .02, figures);
    }
  }

  /// Photos as queries: of classes that are in the gallery, of classes that are not, and noise.
  @Test
  void firesRarelyForAPhotoWithARightOne() throws Exception {
    assumeTrue(Files.isDirectory(DATA), () -> "needs the development data in " + DATA);
    ModelArtifact model = ModelArtifact.load(ROOT.resolve("models/default"));
    try (Encoder encoder =
        TorchEncoder.open(
            model, EncoderOptions.defaults().withPrecision(EncoderOptions.Precision.FP32))) {
      List<String> classes =
          ClassSplits.read(DATA.resolve("splits.json")).classes("val").stream()
              .sorted()
              .limit(PHOTO_CLASSES)
              .toList();
      List<Photo> gallery = new ArrayList<>();
      List<Photo> queries = new ArrayList<>();
      for (String name : classes) {
        List<Path> files = first(DATA.resolve("photos").resolve(name), PHOTOS_OF_CLASS);
        for (int i = 0; i < files.size(); i++) {
          Embedding photo =
              embed(encoder, encoder.preprocessing().image(Files.readAllBytes(files.get(i))));
          (i < QUERIES_OF_CLASS ? queries : gallery).add(new Photo(name, photo, 0));
        }
      }
      int[] right = new int[2];
      int[] absent = new int[2];
      int[] noise = new int[2];
      for (Photo query : queries) {
        float[] vector = query.embedding().toArray();
        if (isFound(vector, gallery, query.className())) {
          count(right, vector, gallery, _ -> true, Standout::ofPhoto);
        }
        Predicate<Photo> other = photo -> !photo.className().equals(query.className());
        count(absent, vector, gallery, other, Standout::ofPhoto);
      }
      for (int i = 0; i < SCRIBBLES; i++) {
        float[] vector = embed(encoder, noise(encoder)).toArray();
        count(noise, vector, gallery, _ -> true, Standout::ofPhoto);
      }
      String figures =
          "with a right photo %d of %d, without %d of %d, noise %d of %d"
              .formatted(right[0], right[1], absent[0], absent[1], noise[0], noise[1]);
      System.out.println("nothing fits, photos: " + figures);
      assertTrue(right[1] >= 50, figures);
      assertTrue(share(right) <= .08, figures);
      assertTrue(share(absent) >= .15, figures);
      assertTrue(share(noise) >= .15, figures);
    }
  }

  /// A picture of nothing: blurred random colours.
  private PreparedImage noise(Encoder encoder) throws Exception {
    int coarse = 2 + random.nextInt(12);
    BufferedImage small = new BufferedImage(coarse, coarse, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < coarse; x++) {
      for (int y = 0; y < coarse; y++) {
        small.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    BufferedImage large = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = large.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(small, 0, 0, 256, 256, null);
    graphics.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(large, "png", file);
    return encoder.preprocessing().image(file.toByteArray());
  }

  private static double share(int[] counted) {
    return (double) counted[0] / counted[1];
  }

  /// As [Standout] tells it of a query.
  private interface Rule {
    Optional<Standout> of(float best, float[] sample, long gallery);
  }

  private static void count(
      int[] counted, float[] sketch, List<Photo> gallery, Predicate<Photo> there, Rule rule) {
    List<Float> scores = gallery.stream().filter(there).map(photo -> score(sketch, photo)).toList();
    float[] sample = new float[scores.size()];
    float best = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < sample.length; i++) {
      sample[i] = scores.get(i);
      best = Math.max(best, sample[i]);
    }
    counted[0] += rule.of(best, sample, sample.length).orElseThrow().nothingFits() ? 1 : 0;
    counted[1]++;
  }

  private static boolean isFound(float[] sketch, List<Photo> gallery, String name) {
    return gallery.stream()
        .sorted(Comparator.comparingDouble(photo -> -score(sketch, photo)))
        .limit(FIRST)
        .anyMatch(photo -> photo.className().equals(name));
  }

  private static float score(float[] sketch, Photo photo) {
    float[] vector = photo.embedding().toArray();
    float product = 0;
    for (int d = 0; d < vector.length; d++) {
      product += sketch[d] * vector[d];
    }
    return Score.of(product, photo.hubness());
  }

  private static float[] sketch(Encoder encoder, Sketch sketch) throws Exception {
    return embed(encoder, encoder.preprocessing().sketch(sketch)).toArray();
  }

  private static Embedding embed(Encoder encoder, PreparedImage image) {
    return encoder.encode(List.of(image)).getFirst();
  }

  /// A few lines that wander about.
  private Sketch scribble() {
    Strokes.Builder strokes = Strokes.newBuilder();
    int lines = 1 + random.nextInt(4);
    for (int line = 0; line < lines; line++) {
      Stroke.Builder stroke = Stroke.newBuilder();
      double x = random.nextDouble(256);
      double y = random.nextDouble(256);
      double angle = random.nextDouble(2 * Math.PI);
      double bend = .3 * random.nextGaussian();
      int points = 10 + random.nextInt(80);
      for (int point = 0; point < points; point++) {
        stroke.addX((float) x).addY((float) y);
        bend = .95 * (bend + .15 * random.nextGaussian());
        angle += bend;
        x += 7 * Math.cos(angle);
        y += 7 * Math.sin(angle);
      }
      strokes.addStrokes(stroke);
    }
    return Sketch.newBuilder().setStrokes(strokes).build();
  }

  private static List<Path> first(Path folder, int count) throws Exception {
    return list(folder).stream().limit(count).toList();
  }

  private static List<Path> list(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
