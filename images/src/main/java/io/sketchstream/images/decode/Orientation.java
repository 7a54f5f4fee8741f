package io.sketchstream.images.decode;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/// Rotates and mirrors an image according to its EXIF orientation.
final class Orientation {
  private static final int CHANNELS = 3;

  private Orientation() {}

  /// @param image of type `TYPE_3BYTE_BGR`
  /// @param orientation EXIF orientation, 1 to 8
  static BufferedImage upright(BufferedImage image, int orientation) {
    if (orientation == 1) {
      return image;
    }
    int width = image.getWidth();
    int height = image.getHeight();
    boolean swapped = orientation >= 5;
    BufferedImage result =
        new BufferedImage(
            swapped ? height : width, swapped ? width : height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] from = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] to = ((DataBufferByte) result.getRaster().getDataBuffer()).getData();
    int at = 0;
    for (int y = 0; y < result.getHeight(); y++) {
      for (int x = 0; x < result.getWidth(); x++) {
        // The stored pixel that belongs at (x, y).
        int column =
            switch (orientation) {
              case 2, 3 -> width - 1 - x;
              case 5, 6 -> y;
              case 7, 8 -> width - 1 - y;
              default -> x;
            };
        int row =
            switch (orientation) {
              case 3, 4 -> height - 1 - y;
              case 5, 8 -> x;
              case 6, 7 -> height - 1 - x;
              default -> y;
            };
        int source = (row * width + column) * CHANNELS;
        to[at++] = from[source];
        to[at++] = from[source + 1];
        to[at++] = from[source + 2];
      }
    }
    return result;
  }
}
