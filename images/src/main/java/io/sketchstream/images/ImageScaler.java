package io.sketchstream.images;

import io.sketchstream.images.Resampler.Channels;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;

/// Scales images with antialiasing: every source pixel contributes. Safe for any number of threads.
public final class ImageScaler {
  private ImageScaler() {}

  /// Scales an image to a square regardless of its shape: the input of the networks for photos.
  ///
  /// @param image opaque sRGB, as [ImageDecoder] makes it
  /// @param fit which part of the image is used
  /// @param size side of the square in pixels
  public static PreparedImage square(BufferedImage image, PhotoFit fit, int size) {
    Resampler resampler =
        new Resampler(
            taps(image.getWidth(), fit.share(), size),
            taps(image.getHeight(), fit.share(), size),
            Channels.THREE_REVERSED);
    byte[] rgb = resampler.scale(bytes(image), image.getWidth(), image.getHeight());
    return new PreparedImage(rgb, size);
  }

  /// The middle of one axis.
  private static Taps taps(int length, double share, int size) {
    double margin = length * (1 - share) / 2;
    return Taps.of(margin, length - margin, length, size);
  }

  /// Scales an image to any size; of type `TYPE_3BYTE_BGR`.
  public static BufferedImage resize(BufferedImage image, int width, int height) {
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bytes = scale(image, width, height, Channels.THREE);
    byte[] target = ((DataBufferByte) result.getRaster().getDataBuffer()).getData();
    System.arraycopy(bytes, 0, target, 0, bytes.length);
    return result;
  }

  private static byte[] scale(BufferedImage image, int width, int height, Channels channels) {
    Resampler resampler =
        new Resampler(
            Taps.of(0, image.getWidth(), image.getWidth(), width),
            Taps.of(0, image.getHeight(), image.getHeight(), height),
            channels);
    return resampler.scale(bytes(image), image.getWidth(), image.getHeight());
  }

  /// The pixels, blue first; the image's own array if it has that form.
  public static byte[] bytes(BufferedImage image) {
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
