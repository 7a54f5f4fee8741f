package io.sketchstream.encoder.pixels;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;

/// Scales images, smoothed: every pixel of the source counts. Safe for any number of threads.
public final class ImageScaler {
  private ImageScaler() {}

  /// Squashes an image to a square, as the networks take photos.
  ///
  /// @param image opaque sRGB, as [ImageDecoder] makes it
  /// @param size side of the square in pixels
  public static PreparedImage square(BufferedImage image, int size) {
    byte[] bytes = scale(image, size, size);
    for (int i = 0; i < bytes.length; i += 3) {
      byte blue = bytes[i];
      bytes[i] = bytes[i + 2];
      bytes[i + 2] = blue;
    }
    return new PreparedImage(bytes, size);
  }

  /// Scales an image to any size; of type `TYPE_3BYTE_BGR`.
  public static BufferedImage resize(BufferedImage image, int width, int height) {
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bytes = scale(image, width, height);
    byte[] target = ((DataBufferByte) result.getRaster().getDataBuffer()).getData();
    System.arraycopy(bytes, 0, target, 0, bytes.length);
    return result;
  }

  private static byte[] scale(BufferedImage image, int width, int height) {
    Resampler resampler =
        new Resampler(
            Resampler.Taps.of(0, image.getWidth(), image.getWidth(), width),
            Resampler.Taps.of(0, image.getHeight(), image.getHeight(), height),
            3);
    return resampler.scale(bytes(image), image.getWidth(), image.getHeight());
  }

  /// The pixels, blue first; the image's own array where it has one of that form.
  static byte[] bytes(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getData().length == width * height * 3) {
      return buffer.getData();
    }
    byte[] bytes = new byte[width * height * 3];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int rgb : row) {
        bytes[at++] = (byte) rgb;
        bytes[at++] = (byte) (rgb >> 8);
        bytes[at++] = (byte) (rgb >> 16);
      }
    }
    return bytes;
  }
}
