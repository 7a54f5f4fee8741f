package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final int RED = 0xff0000;
  private static final int GREEN = 0x00ff00;
  private static final int BLUE = 0x0000ff;
  private static final int WHITE = 0xffffff;

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "tiff"})
  void readsWhatJavaWrites(String format) throws RefusedImageException {
    byte[] file = Pictures.write(Pictures.picture(BufferedImage.TYPE_INT_RGB), format);

    assertIsThePicture(decoder.decode(file), 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsBaselineAndProgressiveJpeg(boolean progressive) throws RefusedImageException {
    byte[] file = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB), progressive);

    assertIsThePicture(decoder.decode(file), 12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"progressive.jpg", "lossy.webp", "lossless.webp", "animated.webp", "cmyk.jpg"})
  void readsWhatOthersWrite(String name) throws RefusedImageException {
    // Without a profile CMYK is only roughly what it was.
    assertIsThePicture(decoder.decode(Pictures.resource(name)), name.contains("cmyk") ? 70 : 30);
  }

  @Test
  void putsTransparentWebpOnWhite() throws RefusedImageException {
    BufferedImage image = decoder.decode(Pictures.resource("alpha.webp"));

    assertColour(image, 10, 20, RED, 30);
    assertColour(image, 10, 56, WHITE, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void turnsEveryOrientationUpright(int orientation) throws RefusedImageException {
    BufferedImage stored = stored(Pictures.picture(BufferedImage.TYPE_INT_RGB), orientation);
    byte[] file = Pictures.withOrientation(Pictures.jpeg(stored, false), orientation);

    assertIsThePicture(decoder.decode(file), 12);
  }

  /// The picture as a camera held that way stores it, by the definition of EXIF: what the stored
  /// row 0 and column 0 are in the scene.
  private static BufferedImage stored(BufferedImage scene, int orientation) {
    int w = scene.getWidth();
    int h = scene.getHeight();
    boolean swapped = orientation >= 5;
    BufferedImage stored =
        new BufferedImage(swapped ? h : w, swapped ? w : h, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < stored.getHeight(); row++) {
      for (int column = 0; column < stored.getWidth(); column++) {
        int rgb =
            switch (orientation) {
              case 1 -> scene.getRGB(column, row); // row 0 is the top, column 0 the left side
              case 2 -> scene.getRGB(w - 1 - column, row); // top, right
              case 3 -> scene.getRGB(w - 1 - column, h - 1 - row); // bottom, right
              case 4 -> scene.getRGB(column, h - 1 - row); // bottom, left
              case 5 -> scene.getRGB(row, column); // left, top
              case 6 -> scene.getRGB(w - 1 - row, column); // right, top
              case 7 -> scene.getRGB(w - 1 - row, h - 1 - column); // right, bottom
              default -> scene.getRGB(row, h - 1 - column); // left, bottom
            };
        stored.setRGB(column, row, rgb);
      }
    }
    return stored;
  }

  static void assertIsThePicture(BufferedImage image, int tolerance) {
    assertEquals(Pictures.WIDTH, image.getWidth());
    assertEquals(Pictures.HEIGHT, image.getHeight());
    assertEquals(BufferedImage.TYPE_3BYTE_BGR, image.getType());
    assertColour(image, 3, 3, GREEN, tolerance);
    assertColour(image, 44, 3, GREEN, tolerance);
    assertColour(image, 3, 28, RED, tolerance);
    assertColour(image, 44, 28, BLUE, tolerance);
  }

  static void assertColour(BufferedImage image, int x, int y, int rgb, int tolerance) {
    Color found = new Color(image.getRGB(x, y));
    Color wanted = new Color(rgb);
    int distance =
        Math.max(
            Math.abs(found.getRed() - wanted.getRed()),
            Math.max(
                Math.abs(found.getGreen() - wanted.getGreen()),
                Math.abs(found.getBlue() - wanted.getBlue())));
    assertTrue(distance <= tolerance, () -> "at " + x + "," + y + ": " + found + ", not " + wanted);
  }
}
