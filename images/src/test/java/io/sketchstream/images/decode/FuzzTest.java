package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.DecoderUnavailableException;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.images.sketch.StrokesJson;
import io.sketchstream.testing.Mutation;
import io.sketchstream.testing.Seed;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Mutates valid files: each must be decoded or refused within its time, none may end a decoder
/// process, and memory stays bounded. The short form tries the same files every time, from a fixed
/// seed. `-Dtests.files=100000` sets how many files the long form tries, from a new seed each time;
/// `-Dtests.seed=` repeats a run. Both print one line `FUZZ`: the seed, files by outcome, refusals
/// by reason, how many got past the header check to each reader, memory.
class FuzzTest {
  private static final int LONG_FORM = 10_000;

  /// What the start of a process, a file and the end of the process may take in all.
  private static final Duration HANGS = Duration.ofSeconds(60);

  private final long seed = Seed.get();
  private final Mutation mutation = new Mutation(new Random(seed));
  private final Random random = new Random(seed ^ 1);
  private final FuzzReport report = new FuzzReport();

  /// How many files a run tries.
  ///
  /// @param few in the short form
  private static int files(int few) {
    return Integer.getInteger("tests.files", few);
  }

  @Test
  void decodesTheRareKindsThatItMutates() throws RefusedImageException {
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    for (Map.Entry<String, byte[]> file : OddPictures.all().entrySet()) {
      assertTrue(decoder.decode(file.getValue()).getWidth() > 0, file.getKey());
    }
  }

  @Test
  void decodesOrRefusesMutatedImages() {
    ImageDecoder decoder =
        new ImageDecoder(new ImageLimits(1 << 20, 4_000_000, Duration.ofSeconds(10)));
    Map<String, byte[]> files = new TreeMap<>(RefusalTest.valid());
    files.putAll(OddPictures.all());
    files.put("alpha.webp", Pictures.resource("alpha.webp"));
    files.put(
        "turned.jpg",
        Pictures.withOrientation(
            Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB), true), 6));
    files.put("picture.heic", Pictures.resource("picture.heic"));
    files.put("picture.avif", Pictures.resource("picture.avif"));
    List<String> names = new ArrayList<>(files.keySet());
    int count = files(1_000);
    for (int round = 0; round < count; round++) {
      String name = names.get(random.nextInt(names.size()));
      byte[] mutated = mutation.of(files.get(name));
      run(
          name,
          round,
          () -> {
            decoder.open(mutated);
            report.reached(name);
            BufferedImage image = decoder.decode(mutated);
            assertTrue(image.getWidth() > 0 && image.getHeight() > 0, this::where);
          });
    }
    System.out.println("FUZZ " + where() + " " + report);
    assertTrue(report.isSound(), () -> where() + " " + report);
    if (count >= LONG_FORM) {
      for (String name : names) {
        assertTrue(report.reachedCount(name) > 0, () -> where() + " reached no reader: " + name);
      }
    }
  }

  @Test
  void rendersOrRefusesMutatedSketches() {
    SketchRenderer renderer =
        new SketchRenderer(
            new ImageLimits(1 << 20, 4_000_000, Duration.ofSeconds(10)), SketchFit.SQUARE);
    String svg =
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><defs><g id="a">
        <path d="M10 10 C 20 20, 40 20, 50 10 A 3 4 0 1 1 5 5 Z" stroke="black"/></g>
        <pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="3" height="3"/>
        </pattern><clipPath id="c"><circle cx="60" cy="51" r="69"/></clipPath>
        <mask id="m"><rect width="90" height="90" fill="white"/></mask>
        <linearGradient id="l"><stop offset="0" stop-color="red"/><stop offset="1"/></linearGradient>
        </defs><style>.b { stroke: red; stroke-width: 3px } g > .b { fill: none }</style>
        <use href="#a" x="5"/><circle class="b" cx="50" cy="40" r="12"/><text x="9" y="9">hi</text>
        <g transform="rotate(3 4 5) scale(1 2)" style="fill: red"><polygon points="1,2 3,4 5 6"/></g>
        <rect width="40" height="40" fill="url(#p)" clip-path="url(#c)" mask="url(#m)"/>
        <path d="m1 1h2v3z m2 2 c1 1 2 2 3 3s1 1 2 2q1 1 2 2t2 2l5-1z" stroke="url(#l)"
        stroke-dasharray="4 2" stroke-width="2"/></svg>
        """;
    String styled =
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="600"><style>
        :root { --c: hsl(20 50% 30% / .8); --w: calc(1px + 2 * .5em) } .a { fill: none !important;
        stroke: var(--c, var(--d)); stroke-width: var(--w); transform-box: fill-box;
        transform-origin: right 20%; rotate: 9deg; scale: .5 2 } g { --c: #123 }</style>
        <clipPath id="c"><path clip-rule="evenodd" d="M0 0H90V90H0zM20 20H50V50H20z"/></clipPath>
        <mask id="m" style="mask-type:alpha"><rect width="calc(50% - 9px)" height="90"/></mask>
        <g color="red" clip-path="url(#c)"><path class="a" d="M9 9 80 80z" mask="url(#m)"/>
        <path style="d:path('M1 2C3 4 5 6 7 8z');vector-effect:non-scaling-stroke"/></g>
        <image x="9" y="9" width="clamp(9px,20%,50px)" height="30" href="data:image/gif;base64,\
        R0lGODdhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs="/><path d="M9 9z" stroke="currentColor"/></svg>
        """;
    for (int round = 0; round < files(100); round++) {
      String drawing = round % 2 == 0 ? svg : styled;
      byte[] mutated =
          round % 5 == 0
              ? mutation.of(drawing.getBytes(StandardCharsets.UTF_8))
              : mutation.of(drawing).getBytes(StandardCharsets.UTF_8);
      run("svg", round, () -> renderer.render(Pictures.sketch(mutated), 64));
    }
    System.out.println("FUZZ " + where() + " " + report);
    assertTrue(report.isSound(), () -> where() + " " + report);
    assertTrue(report.decodedCount("svg") > 0, this::where);
  }

  @Test
  void readsOrRefusesMutatedStrokes() {
    List<String> drawings =
        List.of(
            "{\"word\":\"a\",\"drawing\":[[[1,2.5,3],[4,5,6],[0,1,2]],[[7],[8],[9]]]}",
            "[[[1,2],[3,4],[5,6]],[[1e2,-3],[0.5,4]]]",
            "{\"strokes\":[{\"points\":[{\"x\":1,\"y\":2,\"t\":3},{\"x\":4,\"y\":5}]},{\"x\":[1,2],"
                + "\"y\":[3,4]}],\"width\":[9]}",
            "[[1,2,0],[2,2,1],[-2,3,0],[2,2,1]]",
            "{\"type\":\"excalidraw\",\"elements\":[{\"type\":\"line\",\"x\":5,\"y\":6,\"points\":"
                + "[[0,0],[2,2]],\"isDeleted\":false,\"angle\":0}]}");
    SketchRenderer renderer = new SketchRenderer();
    for (int round = 0; round < files(2_000); round++) {
      byte[] mutated =
          mutation.of(drawings.get(round % drawings.size())).getBytes(StandardCharsets.UTF_8);
      run(
          "strokes",
          round,
          () -> renderer.render(StrokesJson.parse(mutated), 64, SketchRenderer.PEN));
    }
    System.out.println("FUZZ " + where() + " " + report);
    assertTrue(report.isSound(), () -> where() + " " + report);
    assertTrue(report.decodedCount("strokes") > 0, this::where);
  }

  private interface Work {
    void run() throws RefusedImageException;
  }

  private void run(String name, int round, Work work) {
    long start = System.nanoTime();
    try {
      work.run();
      report.decoded(name);
    } catch (RefusedImageException refused) {
      String reason = refused.getMessage();
      assertTrue(
          !reason.isBlank() && !reason.contains("ended the process"),
          () -> where() + ", round " + round + ", " + name + ": " + reason);
      report.refused(name, reason.replaceAll("\"[^\"]*\"", "\"…\""));
    } catch (DecoderUnavailableException _) {
      report.unavailable(); // A machine that is too busy; says nothing of the file.
    } catch (RuntimeException | Error e) {
      throw new AssertionError(where() + ", round " + round + ", " + name, e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(
        took.compareTo(HANGS) < 0, () -> where() + ", round " + round + ", " + name + ": " + took);
    report.sample(round);
  }

  private String where() {
    return "-Dtests.seed=" + seed;
  }
}
