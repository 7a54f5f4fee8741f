package io.sketchstream.images.sketch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Sketch;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.Pictures;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is faint ink, and what is the paper.
class FaintInkTest {
  private final SketchRenderer renderer = new SketchRenderer();

  /// A blank page is not white throughout: grain, a shadow, dust, the noise of its compression.
  @Test
  void refusesAPageWithNothingButGrain() {
    Random random = new Random(5);
    for (int grain : new int[] {0, 1, 3, 6}) {
      BufferedImage page = page(grain, random);
      for (int dust = 0; dust < 20; dust++) {
        page.setRGB(random.nextInt(400), random.nextInt(300), 0xdcdcdc);
      }
      assertRefused("nothing is drawn", SketchRendererTest.raster(Pictures.write(page, "png")));
      assertRefused("nothing is drawn", SketchRendererTest.raster(Pictures.jpeg(page, false)));
    }
    BufferedImage shadow = page(2, random);
    for (int y = 0; y < 300; y++) {
      for (int x = 0; x < 400; x++) {
        int gray = 240 - 40 * x / 400 - random.nextInt(3);
        shadow.setRGB(x, y, gray << 16 | gray << 8 | gray);
      }
    }
    assertRefused("nothing is drawn", SketchRendererTest.raster(Pictures.jpeg(shadow, false)));
  }

  @Test
  void findsASoftPencilOnGrainyPaper() throws RefusedImageException {
    Random random = new Random(5);
    for (int gray : new int[] {0xd8, 0xc8}) {
      BufferedImage page = page(1, random);
      Graphics2D graphics = page.createGraphics();
      graphics.setColor(new Color(gray, gray, gray));
      graphics.setStroke(new BasicStroke(4));
      graphics.drawRect(100, 100, 200, 100);
      graphics.dispose();
      for (byte[] file : List.of(Pictures.write(page, "png"), Pictures.jpeg(page, false))) {
        SketchRendererTest.assertInkBox(
            renderer.render(SketchRendererTest.raster(file), SketchRendererTest.SIZE),
            6,
            93,
            28,
            71);
      }
    }
  }

  /// Compression makes the paper beside white ink darker, by as much as such ink is lighter.
  @Test
  void findsWhiteInkOnLightPaperOfAJpeg() throws RefusedImageException {
    for (int paper : new int[] {0xffc0cb, 0xffff60, 0xc0e0ff}) {
      BufferedImage page = new BufferedImage(400, 300, BufferedImage.TYPE_3BYTE_BGR);
      Graphics2D graphics = page.createGraphics();
      graphics.setColor(new Color(paper));
      graphics.fillRect(0, 0, 400, 300);
      graphics.setColor(Color.WHITE);
      graphics.setStroke(new BasicStroke(6));
      graphics.drawLine(100, 200, 200, 100);
      graphics.drawLine(200, 100, 300, 200);
      graphics.dispose();
      byte[] png = rendered(Pictures.write(page, "png"));
      byte[] jpeg = rendered(Pictures.jpeg(page, false));
      int different = 0;
      for (int i = 0; i < png.length; i++) {
        different += Math.abs((png[i] & 0xff) - (jpeg[i] & 0xff)) > 100 ? 1 : 0;
      }

      assertTrue(different < png.length / 50, different + " of " + png.length + " differ");
    }
  }

  /// A dark drawing with a white rim is no trace of compression.
  @Test
  void keepsTheDarkInkOfAnOutlinedDrawing() throws RefusedImageException {
    BufferedImage page = new BufferedImage(400, 300, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = page.createGraphics();
    graphics.setColor(new Color(0xffc0cb));
    graphics.fillRect(0, 0, 400, 300);
    byte[] plain = null;
    for (boolean rim : new boolean[] {false, true}) {
      graphics.setColor(rim ? Color.WHITE : new Color(0xffc0cb));
      graphics.setStroke(new BasicStroke(14));
      graphics.drawRect(100, 100, 200, 100);
      graphics.setColor(Color.BLACK);
      graphics.setStroke(new BasicStroke(4));
      graphics.drawRect(100, 100, 200, 100);
      byte[] found = rendered(Pictures.write(page, "png"));
      plain = rim ? plain : found;

      assertArrayEquals(plain, found);
    }
    graphics.dispose();
  }

  private byte[] rendered(byte[] file) throws RefusedImageException {
    return renderer.render(SketchRendererTest.raster(file), SketchRendererTest.SIZE).rgb();
  }

  /// White paper of 400 x 300.
  ///
  /// @param grain standard deviation of its gray values
  private static BufferedImage page(int grain, Random random) {
    BufferedImage page = new BufferedImage(400, 300, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < 300; y++) {
      for (int x = 0; x < 400; x++) {
        int gray = (int) Math.clamp(Math.round(250 + grain * random.nextGaussian()), 0, 255);
        page.setRGB(x, y, gray << 16 | gray << 8 | gray);
      }
    }
    return page;
  }

  private void assertRefused(String start, Sketch sketch) {
    RefusedImageException refused =
        assertThrows(
            RefusedImageException.class, () -> renderer.render(sketch, SketchRendererTest.SIZE));
    assertTrue(refused.getMessage().startsWith(start), refused::getMessage);
  }
}
