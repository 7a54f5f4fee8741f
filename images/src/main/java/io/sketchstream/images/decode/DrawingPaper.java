package io.sketchstream.images.decode;

import io.sketchstream.images.file.IccProfile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;

/// Chooses the background of a transparent drawing: white, unless much of the drawing would be
/// invisible on it; then black, as in the dark mode in which such drawings are made.
public final class DrawingPaper {
  /// The smallest visible difference between a pixel and its paper.
  private static final int CONTRAST = 48;

  private static final int OPAQUE_MIN = 128;

  /// Where ink that black paper would hide spans this share of the drawing, it was made on light
  /// paper: what is white then is the paper, a grid or an eraser.
  private static final double DARK_MIN = 0.25;

  /// Smallest share of the drawing that must be visible on white.
  private static final double SHOWN_MIN = 0.8;

  private DrawingPaper() {}

  static BufferedImage convert(BufferedImage image, IccProfile profile, Deadline deadline) {
    BufferedImage onWhite =
        new SrgbConversion(deadline, SrgbConversion.WHITE).convert(image, profile);
    return image.getColorModel().hasAlpha() && isLost(image, onWhite)
        ? new SrgbConversion(deadline, SrgbConversion.BLACK).convert(image, profile)
        : onWhite;
  }

  /// A drawing with its paper, of type `TYPE_3BYTE_BGR`.
  ///
  /// @param image of type `TYPE_INT_ARGB`
  public static BufferedImage put(BufferedImage image) {
    int[] argb = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    int paper = isLost(argb, image.getWidth()) ? SrgbConversion.BLACK : SrgbConversion.WHITE;
    BufferedImage result =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) result.getRaster().getDataBuffer()).getData();
    for (int i = 0, at = 0; i < argb.length; i++, at += 3) {
      int alpha = argb[i] >>> 24;
      bgr[at] = (byte) onPaper(argb[i] & 0xff, alpha, paper);
      bgr[at + 1] = (byte) onPaper(argb[i] >> 8 & 0xff, alpha, paper);
      bgr[at + 2] = (byte) onPaper(argb[i] >> 16 & 0xff, alpha, paper);
    }
    return result;
  }

  private static int onPaper(int sample, int alpha, int paper) {
    return (sample * alpha + (255 - alpha) * paper + 127) / 255;
  }

  private static boolean isLost(int[] argb, int width) {
    int most = 0;
    for (int pixel : argb) {
      most = Math.max(most, pixel >>> 24);
    }
    int opaque = opaque(most);
    int contrast = contrast(opaque);
    Extent drawn = new Extent();
    Extent shown = new Extent();
    Extent dark = new Extent();
    for (int i = 0; i < argb.length; i++) {
      int alpha = argb[i] >>> 24;
      if (alpha == 0) {
        continue;
      }
      if (alpha >= opaque) {
        drawn.add(i % width, i / width);
        if (alpha * lightest(argb[i]) < contrast * 255) {
          dark.add(i % width, i / width);
        }
      }
      if (alpha * (SrgbConversion.WHITE - darkest(argb[i])) >= contrast * 255) {
        shown.add(i % width, i / width);
      }
    }
    return !shown.covers(drawn, SHOWN_MIN) && !dark.spans(drawn, DARK_MIN);
  }

  private static boolean isLost(BufferedImage image, BufferedImage onWhite) {
    Extent drawn = new Extent();
    Extent shown = new Extent();
    Extent dark = new Extent();
    int width = image.getWidth();
    int depth = isWide(image) ? 8 : 0;
    int most = 0;
    int[] row = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      alpha(image, y, row);
      for (int alpha : row) {
        most = Math.max(most, alpha >> depth);
      }
    }
    int opaque = opaque(most);
    int contrast = contrast(opaque);
    byte[] bgr = ((DataBufferByte) onWhite.getRaster().getDataBuffer()).getData();
    for (int y = 0, at = 0; y < image.getHeight(); y++) {
      alpha(image, y, row);
      for (int x = 0; x < width; x++, at += 3) {
        int rgb = (bgr[at] & 0xff) | (bgr[at + 1] & 0xff) << 8 | (bgr[at + 2] & 0xff) << 16;
        int alpha = row[x] >> depth;
        if (alpha >= opaque) {
          drawn.add(x, y);
          if (lightest(rgb) - (SrgbConversion.WHITE - alpha) < contrast) {
            dark.add(x, y);
          }
        }
        if (SrgbConversion.WHITE - darkest(rgb) >= contrast) {
          shown.add(x, y);
        }
      }
    }
    return !shown.covers(drawn, SHOWN_MIN) && !dark.spans(drawn, DARK_MIN);
  }

  private static void alpha(BufferedImage image, int y, int[] row) {
    Raster alpha = image.getAlphaRaster();
    if (alpha != null) {
      alpha.getSamples(alpha.getMinX(), alpha.getMinY() + y, row.length, 1, 0, row);
    } else {
      image.getRGB(0, y, row.length, 1, row, 0, row.length); // A palette has it in its colours.
      for (int x = 0; x < row.length; x++) {
        row[x] >>>= 24;
      }
    }
  }

  /// Samples of 16 bits count from 0 to 65,535.
  private static boolean isWide(BufferedImage image) {
    return image.getAlphaRaster() != null
        && image.getAlphaRaster().getTransferType() == DataBuffer.TYPE_USHORT;
  }

  /// From which opacity a pixel counts as drawn: half of the most, for a drawing may be faint as a
  /// whole.
  private static int opaque(int most) {
    return Math.max(1, Math.min(OPAQUE_MIN, (most + 1) / 2));
  }

  private static int contrast(int opaque) {
    return Math.max(1, CONTRAST * opaque / OPAQUE_MIN);
  }

  private static int darkest(int rgb) {
    return Math.min(rgb & 0xff, Math.min(rgb >> 8 & 0xff, rgb >> 16 & 0xff));
  }

  private static int lightest(int rgb) {
    return Math.max(rgb & 0xff, Math.max(rgb >> 8 & 0xff, rgb >> 16 & 0xff));
  }

  /// The box around some pixels.
  private static final class Extent {
    private int left = Integer.MAX_VALUE;
    private int right = -1;
    private int top = Integer.MAX_VALUE;
    private int bottom = -1;

    void add(int x, int y) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }

    /// In both directions.
    boolean covers(Extent other, double share) {
      return other.right < 0
          || (right - left >= share * (other.right - other.left)
              && bottom - top >= share * (other.bottom - other.top));
    }

    /// In one direction, as a line does.
    boolean spans(Extent other, double share) {
      return right >= 0
          && (right - left > share * (other.right - other.left)
              || bottom - top > share * (other.bottom - other.top));
    }
  }
}
