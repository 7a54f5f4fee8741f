package io.sketchstream.images.decode;

import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.util.Locale;

/// Refuses pictures of floating-point numbers that mean something else than light from 0 to 1, such
/// as heights: nearly all would be white. Some values beyond are highlights.
final class FloatSamples {
  private static final double BEYOND_MAX = .5;

  private FloatSamples() {}

  static boolean areIn(BufferedImage image) {
    int type = image.getRaster().getTransferType();
    return type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE;
  }

  static void check(Raster raster, Deadline deadline) throws RefusedImageException {
    long beyond = 0;
    double example = 0;
    double[] row = null;
    for (int y = 0; y < raster.getHeight(); y++) {
      deadline.check();
      row = raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      for (double value : row) {
        if (value < 0 || value > 1) {
          beyond++;
          example = value;
        }
      }
    }
    long count = (long) raster.getWidth() * raster.getHeight() * raster.getNumBands();
    if (beyond > BEYOND_MAX * count) {
      throw new RefusedImageException(
          String.format(
              Locale.ROOT,
              "the TIFF has floating-point values beyond 0 to 1, such as %.6g; save it with 8 bits",
              example));
    }
  }
}
