package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.images.sketch.StrokesJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The files that people had trouble with, where they are beside the checkout.
class SharedCasesTest {
  private static final Path CASES = cases();
  private static final ImageLimits PATIENT =
      new ImageLimits(32 << 20, 64_000_000, Duration.ofSeconds(60));

  private final ImageDecoder decoder = new ImageDecoder(PATIENT);
  private final SketchRenderer renderer = new SketchRenderer(PATIENT, SketchFit.SQUARE);

  private static Path cases() {
    for (String up : new String[] {"../shared/cases", "../../shared/cases"}) {
      if (Files.isDirectory(Path.of(up))) {
        return Path.of(up);
      }
    }
    return Path.of("../../shared/cases");
  }

  @BeforeAll
  static void needsTheCases() {
    assumeTrue(Files.isDirectory(CASES), "skipped: there are no shared cases at " + CASES);
  }

  @ParameterizedTest
  @CsvSource({
    "jpeg-junk-between-segments/j17-junk-between-1.jpg, j01-plain.jpg",
    "jpeg-junk-between-segments/j17-junk-between-7.jpg, j01-plain.jpg",
    "jpeg-icc-cut-off/j21-icc-cut.jpg, j01-plain.jpg",
    "jpeg-two-exif-blocks/j20-exif-twice.jpg, j19-orient6.jpg",
    "jpeg-no-eoi-phone-trailer/j13-samsung-noeoi-trailer.jpg, j01-big.jpg",
    "jpeg-no-eoi-phone-trailer/j13-samsung-noeoi-randomtrailer.jpg, j01-big.jpg",
    "jpeg-no-eoi-phone-trailer/j14-noeoi-big.jpg, j01-big.jpg"
  })
  void looksLikeItsSoundCounterpart(String file, String counterpart) throws Exception {
    byte[] sound = Files.readAllBytes(CASES.resolve(file).resolveSibling(counterpart));

    assertArrayEquals(
        ImageScaler.bytes(decoder.decode(sound)), ImageScaler.bytes(decoder.decode(read(file))));
  }

  @Test
  void showsAGifOnItsScreen() throws Exception {
    CanonicalImage image =
        CanonicalImage.of(
            read("gif-first-frame-smaller-than-canvas/g06-partial-first.gif"), decoder);

    assertEquals(320, image.width());
    assertEquals(240, image.height());
  }

  @Test
  void readsHeicOrSaysWhatToInstall() throws Exception {
    byte[] heic = read("heic-is-called-no-image/h01.heic");
    if (Heif.find().isPresent()) {
      assertEquals(320, decoder.decode(heic).getWidth());
    } else {
      assertRefused("HEIC and AVIF are supported where libheif is installed", heic);
    }
  }

  @Test
  void namesCameraRaw() throws Exception {
    assertRefused("camera raw", read("raw-file-called-damaged/t13-cfa-first.dng"));
  }

  @Test
  void survivesHostilePictures() throws Exception {
    assertEquals(8, decoder.decode(read("hostile/icc-size.jpg")).getWidth());
    assertEquals(8, decoder.decode(read("hostile/icc-size.webp")).getWidth());
    assertEquals(48, decoder.decode(read("hostile/5xx-1-1044.bin")).getWidth());
    assertRefused(
        "the TIFF is damaged: tag 256 is duplicated", read("hostile/dup-size-46000x46000x32.tif"));
  }

  @ParameterizedTest
  @CsvSource({"hostile/pattern.svg", "hostile/clip.svg", "hostile/dash.svg"})
  void refusesHostileDrawings(String file) throws Exception {
    SketchRenderer hasty =
        new SketchRenderer(
            new ImageLimits(32 << 20, 64_000_000, Duration.ofSeconds(3)), SketchFit.SQUARE);
    byte[] svg = read(file);

    String reason =
        assertThrows(RefusedImageException.class, () -> hasty.render(Pictures.sketch(svg), 64))
            .getMessage();

    assertTrue(reason.startsWith("decoding takes"), reason);
  }

  @ParameterizedTest
  @CsvSource({
    "svg-css-selectors/compound.svg, plain.svg",
    "svg-css-selectors/descendant.svg, plain.svg",
    "svg-entities-of-illustrator/v-ai.svg, plain.svg",
    "svg-entities-of-illustrator/v-ai-style.svg, plain.svg",
    "svg-utf8-bom/bom.svg, plain.svg",
    "sketch-white-on-transparent/white-on-transparent.png, plain.png"
  })
  void searchesForTheSame(String file, String counterpart) throws Exception {
    byte[] plain = Files.readAllBytes(CASES.resolve(file).resolveSibling(counterpart));

    assertArrayEquals(
        renderer.render(Pictures.sketch(plain), 96).rgb(),
        renderer.render(Pictures.sketch(read(file)), 96).rgb());
  }

  @Test
  void findsWhiteInk() throws Exception {
    renderer.render(Pictures.sketch(read("sketch-white-on-transparent/white-strokes.svg")), 96);
  }

  @Test
  void readsListsOfPointsAsTheSameStrokes() throws Exception {
    assertEquals(
        StrokesJson.parse(read("strokes-as-points/plain.json")),
        StrokesJson.parse(read("strokes-as-points/pairs.json")));
  }

  private void assertRefused(String start, byte[] file) {
    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(file)).getMessage();
    assertTrue(reason.startsWith(start), reason);
  }

  private static byte[] read(String file) throws IOException {
    return Files.readAllBytes(CASES.resolve(file));
  }
}
