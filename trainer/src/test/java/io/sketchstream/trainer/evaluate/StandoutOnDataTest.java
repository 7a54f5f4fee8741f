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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
            count(right, sketch, gallery, _ -> true);
          }
          count(absent, sketch, gallery, photo -> !photo.className().equals(name));
        }
      }
      for (int i = 0; i < SCRIBBLES; i++) {
        count(scribbled, sketch(encoder, scribble()), gallery, _ -> true);
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

  private static double share(int[] counted) {
    return (double) counted[0] / counted[1];
  }

  private static void count(
      int[] counted, float[] sketch, List<Photo> gallery, Predicate<Photo> there) {
    List<Float> scores = gallery.stream().filter(there).map(photo -> score(sketch, photo)).toList();
    float[] sample = new float[scores.size()];
    float best = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < sample.length; i++) {
      sample[i] = scores.get(i);
      best = Math.max(best, sample[i]);
    }
    counted[0] += Standout.of(best, sample, sample.length).orElseThrow().nothingFits() ? 1 : 0;
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
