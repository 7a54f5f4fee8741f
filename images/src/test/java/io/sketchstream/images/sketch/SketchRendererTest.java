package io.sketchstream.images.sketch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Stroke;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.Pictures;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SketchRendererTest {
  static final int SIZE = 100;

  private final SketchRenderer renderer = new SketchRenderer();

  /// A rectangle twice as wide as high: its box and margins are as wide as the square, and half as
  /// high where it keeps its proportions.
  @ParameterizedTest
  @CsvSource({"SQUARE, 6, 93, 28, 71", "MIRRORED, 6, 93, 28, 71", "SQUASHED, 6, 93, 6, 93"})
  void fitsTheInkIntoTheSquare(SketchFit fit, int left, int right, int top, int bottom)
      throws RefusedImageException {
    SketchRenderer fitting = new SketchRenderer(ImageLimits.DEFAULT, fit);
    BufferedImage picture = white(300, 200);
    draw(picture, 120, 90, 80, 40);

    for (Sketch sketch :
        List.of(raster(Pictures.write(picture, "png")), strokes(rectangle(1000, 500, 200, 100)))) {
      PreparedImage image = fitting.render(sketch, SIZE);
      assertInkBox(image, left, right, top, bottom);
      assertEquals(fit == SketchFit.MIRRORED, image.mirrored());
    }
  }

  /// As published datasets are used: the drawing stays where it is on its page.
  @Test
  void keepsThePage() throws RefusedImageException {
    BufferedImage picture = white(300, 200);
    draw(picture, 120, 90, 80, 40);
    SketchRenderer whole = new SketchRenderer(ImageLimits.DEFAULT, SketchFit.PAGE);
    assertInkBox(whole.render(raster(Pictures.write(picture, "png")), SIZE), 40, 66, 45, 65);
  }

  @Test
  void cropsSvgToItsInk() throws RefusedImageException {
    String svg =
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200">
          <rect x="120" y="90" width="80" height="40" fill="none" stroke="black" stroke-width="3"/>
        </svg>
        """;

    PreparedImage image = renderer.render(raster(svg.getBytes(UTF_8)), SIZE);

    assertInkBox(image, 6, 93, 28, 71);
  }

  @Test
  void refusesBlankPaper() {
    byte[] blank = Pictures.write(white(50, 50), "png");

    RefusedImageException refused =
        assertThrows(RefusedImageException.class, () -> renderer.render(raster(blank), SIZE));

    assertEquals("nothing is drawn: the picture is blank", refused.getMessage());
  }

  @Test
  void drawsADotForASinglePoint() throws RefusedImageException {
    Stroke dot = Stroke.newBuilder().addX(5).addY(5).build();

    byte[] rgb = renderer.render(strokes(dot), SIZE).rgb();

    assertEquals(0, rgb[(SIZE / 2 * SIZE + SIZE / 2) * 3] & 0xff);
    assertEquals(255, rgb[0] & 0xff);
  }

  @Test
  void drawsASingleLineAsALine() throws RefusedImageException {
    Stroke line = Stroke.newBuilder().addX(0).addY(7).addX(300).addY(7).build();

    byte[] rgb = renderer.render(strokes(line), SIZE).rgb();

    int dark = 0;
    for (int y = 0; y < SIZE; y++) {
      dark += (rgb[(y * SIZE + SIZE / 2) * 3] & 0xff) < 128 ? 1 : 0;
    }
    assertTrue(dark >= 2 && dark <= 12, dark + " of " + SIZE + " rows are dark");
  }

  @Test
  void refusesInvalidStrokes() {
    assertRefused("the sketch is empty: nothing is drawn", Sketch.getDefaultInstance());
    assertRefused("nothing is drawn: the sketch has no points", strokes());
    assertRefused(
        "nothing is drawn: the sketch has no points", strokes(Stroke.getDefaultInstance()));
    assertRefused(
        "stroke 0, point 1: NaN is not a valid coordinate",
        strokes(Stroke.newBuilder().addX(0).addX(Float.NaN).addY(0).addY(1).build()));
    assertRefused(
        "stroke 0, point 0: Infinity is not a valid coordinate",
        strokes(Stroke.newBuilder().addX(1).addY(Float.POSITIVE_INFINITY).build()));
    assertRefused(
        "stroke 0 has 2 x but 1 y coordinates",
        strokes(Stroke.newBuilder().addX(1).addX(2).addY(1).build()));
    Stroke many =
        Stroke.newBuilder()
            .addAllX(java.util.Collections.nCopies(200_001, 1f))
            .addAllY(java.util.Collections.nCopies(200_001, 1f))
            .build();
    assertRefused("the sketch has more than 200000 points", strokes(many));
  }

  @Test
  void treatsTransparencyAsPaper() throws RefusedImageException {
    BufferedImage clear = new BufferedImage(300, 200, BufferedImage.TYPE_INT_ARGB);
    draw(clear, 120, 90, 80, 40);

    assertInkBox(renderer.render(raster(Pictures.write(clear, "png")), SIZE), 6, 93, 28, 71);
  }

  @Test
  void fetchesNothingForAnSvg() {
    byte[] bomb =
        Pictures.png(Pictures.header(30_000, 30_000, 8, 2), Pictures.chunk("IDAT", new byte[1000]));
    String[] pictures = {
      "file:///etc/hostname",
      "http://127.0.0.1:9/x.png",
      "data:image/png;base64," + java.util.Base64.getEncoder().encodeToString(bomb)
    };
    for (String picture : pictures) {
      assertRefused(
          picture.startsWith("data:")
              ? "the pictures in the SVG have more than 32000000 pixels"
              : "the SVG shows a picture of another file",
          svg("<image href='" + picture + "' width='100' height='100'/>"));
    }
    String entity =
        "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
            + "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><text>&x;</text></svg>";
    assertThrows(
        RefusedImageException.class, () -> renderer.render(raster(entity.getBytes(UTF_8)), SIZE));
  }

  @Test
  void stopsAnSvgThatReferencesItself() {
    StringBuilder defs = new StringBuilder("<defs><path id='u0' d='M0 0 L50 50' stroke='black'/>");
    for (int i = 1; i <= 9; i++) {
      defs.append("<g id='u").append(i).append("'>");
      defs.append(("<use href='#u" + (i - 1) + "'/>").repeat(10)).append("</g>");
    }
    SketchRenderer hasty =
        new SketchRenderer(
            new ImageLimits(1 << 20, 1 << 20, java.time.Duration.ofMillis(1500)), SketchFit.SQUARE);
    long start = System.nanoTime();

    RefusedImageException refused =
        assertThrows(
            RefusedImageException.class,
            () -> hasty.render(svg(defs + "</defs><use href='#u9'/>"), SIZE));

    assertTrue(System.nanoTime() - start < 20_000_000_000L, refused::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<path d='M30 10 h40 v80 h-40 z 5'/>",
        "<path d='M30 10 h40 v80 h-40 Z,, z\n-'/>",
        "<path d='M30 10 h40 v80 h-40 zé'/>",
        "<path style='D : M0 0 h100 v100 z 5; fill: #000' d='M30 10 h40 v80 h-40 z'/>",
        "<style>path { d: M0 0 h100 v100 z5 }</style><path d='M30 10 h40 v80 h-40 z'/>",
        "<style>path { path: M0 0z5 }</style><text><textPath path='M0 0z5'>t</textPath></text>"
            + "<path d='M30 10 h40 v80 h-40 z'/>"
      })
  void drawsPathsUpToTheirFirstError(String content) throws RefusedImageException {
    SketchRenderer hasty =
        new SketchRenderer(
            new ImageLimits(1 << 20, 1 << 20, java.time.Duration.ofSeconds(5)), SketchFit.SQUARE);

    PreparedImage image = hasty.render(svg(content), SIZE);

    PreparedImage expected = renderer.render(svg("<path d='M30 10 h40 v80 h-40 z'/>"), SIZE);
    assertArrayEquals(expected.rgb(), image.rgb());
  }

  private static Sketch svg(String content) {
    String svg =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>" + content + "</svg>";
    return raster(svg.getBytes(UTF_8));
  }

  private void assertRefused(String start, Sketch sketch) {
    RefusedImageException refused =
        assertThrows(RefusedImageException.class, () -> renderer.render(sketch, SIZE));
    assertTrue(refused.getMessage().startsWith(start), refused::getMessage);
  }

  static Sketch raster(byte[] bytes) {
    return Sketch.newBuilder().setRaster(ByteString.copyFrom(bytes)).build();
  }

  static Sketch strokes(Stroke... strokes) {
    return Sketch.newBuilder()
        .setStrokes(Strokes.newBuilder().addAllStrokes(java.util.List.of(strokes)))
        .build();
  }

  private static Stroke rectangle(float x, float y, float width, float height) {
    return Stroke.newBuilder()
        .addX(x)
        .addY(y)
        .addX(x + width)
        .addY(y)
        .addX(x + width)
        .addY(y + height)
        .addX(x)
        .addY(y + height)
        .addX(x)
        .addY(y)
        .build();
  }

  private static BufferedImage white(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return image;
  }

  private static void draw(BufferedImage image, int x, int y, int width, int height) {
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.BLACK);
    graphics.setStroke(new BasicStroke(3));
    graphics.drawRect(x, y, width, height);
    graphics.dispose();
  }

  /// The ink starts at `first` and ends at `last` in both directions, give or take a pixel, on
  /// white.
  static void assertInkBox(
      PreparedImage image,
      int expectedLeft,
      int expectedRight,
      int expectedTop,
      int expectedBottom) {
    int left = SIZE;
    int right = -1;
    int top = SIZE;
    int bottom = -1;
    int darkest = 255;
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int value = image.rgb()[(y * SIZE + x) * 3] & 0xff;
        darkest = Math.min(darkest, value);
        if (value < 128) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = y;
        }
      }
    }
    String box = "ink from " + left + "," + top + " to " + right + "," + bottom;
    assertEquals(expectedLeft, left, 1.0, box);
    assertEquals(expectedRight, right, 1.0, box);
    assertEquals(expectedTop, top, 1.0, box);
    assertEquals(expectedBottom, bottom, 1.0, box);
    assertTrue(darkest < 10, "the ink is black, not " + darkest);
    assertEquals(255, image.rgb()[0] & 0xff, "the paper is white");
  }
}
