package io.sketchstream.encoder.pixels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.encoder.PreparedImage;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Stroke;
import io.sketchstream.events.Strokes;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class SketchRendererTest {
  private static final int SIZE = 100;

  private final SketchRenderer renderer = new SketchRenderer();

  @Test
  void cropsStrokesToTheirInk() throws RefusedImageException {
    // A rectangle far from the origin, twice as wide as high.
    PreparedImage image = renderer.render(strokes(rectangle(1000, 500, 200, 100)), SIZE);

    assertInkBox(image, 7, 92);
  }

  @Test
  void cropsRasterToItsInk() throws RefusedImageException {
    BufferedImage picture = white(300, 200);
    draw(picture, 120, 90, 80, 40);

    PreparedImage image = renderer.render(raster(Pictures.write(picture, "png")), SIZE);

    assertInkBox(image, 6, 93);
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

    assertInkBox(image, 6, 93);
  }

  @Test
  void refusesBlankPaper() {
    byte[] blank = Pictures.write(white(50, 50), "png");

    RefusedImageException refused =
        assertThrows(RefusedImageException.class, () -> renderer.render(raster(blank), SIZE));

    assertEquals("nothing is drawn: the picture is blank", refused.getMessage());
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
  private static void assertInkBox(PreparedImage image, int first, int last) {
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
    assertEquals(first, left, 1.0, box);
    assertEquals(first, top, 1.0, box);
    assertEquals(last, right, 1.0, box);
    assertEquals(last, bottom, 1.0, box);
    assertTrue(darkest < 10, "the ink is black, not " + darkest);
    assertEquals(255, image.rgb()[0] & 0xff, "the paper is white");
  }
}
