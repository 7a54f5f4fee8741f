package io.sketchstream.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.testing.Seed;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// With a fixed seed, or `-Dtests.seed=`; with a new one each time in the long form
/// (`-Dtests.files=`). Prints it.
class ImageScalerTest {
  private final long seed = Seed.get();
  private final Random random = new Random(seed);

  @Test
  void keepsAnImageOfTheRightSize() {
    BufferedImage image = noise(37, 37);

    byte[] rgb = ImageScaler.square(image, PhotoFit.WHOLE, 37).rgb();

    for (int i = 0; i < 37 * 37; i++) {
      int pixel = image.getRGB(i % 37, i / 37);
      assertEquals(pixel >> 16 & 0xff, rgb[3 * i] & 0xff);
      assertEquals(pixel >> 8 & 0xff, rgb[3 * i + 1] & 0xff);
      assertEquals(pixel & 0xff, rgb[3 * i + 2] & 0xff);
    }
  }

  /// The rim of 6.5% on each side is not used but for what antialiasing takes of it.
  @Test
  void theCentreIsScaledAlone() {
    BufferedImage image = new BufferedImage(200, 400, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 200 * 400; i++) {
      int x = i % 200;
      int y = i / 200;
      boolean rim = x < 8 || x >= 192 || y < 16 || y >= 384;
      image.setRGB(x, y, rim ? 0xff0000 : 0x0000ff);
    }

    byte[] centre = ImageScaler.square(image, PhotoFit.CENTRE, 87).rgb();
    byte[] whole = ImageScaler.square(image, PhotoFit.WHOLE, 87).rgb();

    for (int i = 0; i < centre.length; i += 3) {
      assertEquals(0, centre[i], "red at " + i);
    }
    assertEquals((byte) 0xff, whole[0]);
  }

  @Test
  void keepsOneColour() {
    BufferedImage image = new BufferedImage(301, 83, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 301 * 83; i++) {
      image.setRGB(i % 301, i / 301, 0x12fe80);
    }

    for (int size : new int[] {1, 17, 83, 224, 500}) {
      byte[] rgb = ImageScaler.square(image, PhotoFit.WHOLE, size).rgb();
      for (int i = 0; i < rgb.length; i += 3) {
        assertArrayEquals(
            new byte[] {0x12, (byte) 0xfe, (byte) 0x80},
            new byte[] {rgb[i], rgb[i + 1], rgb[i + 2]},
            "size " + size);
      }
    }
  }

  @Test
  void agreesWithASimpleImplementation() {
    System.out.println("-Dtests.seed=" + seed);
    for (int round = 0; round < 20; round++) {
      BufferedImage image = noise(1 + random.nextInt(90), 1 + random.nextInt(90));
      int size = 1 + random.nextInt(60);

      byte[] rgb = ImageScaler.square(image, PhotoFit.WHOLE, size).rgb();

      for (int i = 0; i < 20; i++) {
        int x = random.nextInt(size);
        int y = random.nextInt(size);
        assertEquals(
            slowRed(image, x, y, size),
            rgb[(y * size + x) * 3] & 0xff,
            1.6, // Two roundings: after the rows and after the columns.
            "-Dtests.seed=" + seed + ", round " + round);
      }
    }
  }

  private static double slowRed(BufferedImage image, int x, int y, int size) {
    double sum = 0;
    double weights = 0;
    for (int row = 0; row < image.getHeight(); row++) {
      for (int column = 0; column < image.getWidth(); column++) {
        double weight = weight(column, x, image.getWidth(), size);
        weight *= weight(row, y, image.getHeight(), size);
        sum += weight * (image.getRGB(column, row) >> 16 & 0xff);
        weights += weight;
      }
    }
    return sum / weights;
  }

  private static double weight(int source, int target, int length, int size) {
    double scale = (double) length / size;
    double distance = Math.abs(source + 0.5 - (target + 0.5) * scale);
    return Math.max(0, 1 - distance / Math.max(1, scale));
  }

  private BufferedImage noise(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt());
    }
    return image;
  }
}
