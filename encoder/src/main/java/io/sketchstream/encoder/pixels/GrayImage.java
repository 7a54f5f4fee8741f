package io.sketchstream.encoder.pixels;

import java.awt.image.BufferedImage;

/// A drawing in gray values, on its way to the network.
final class GrayImage {
  private static final int WHITE = 255;

  /// How much darker than the paper a pixel is that counts as ink.
  private static final int INK_CONTRAST = 48;

  /// Paper darker than this is no paper: a photo, or light on dark.
  private static final int PAPER_MIN = 160;

  private final byte[] gray;
  private final int width;
  private final int height;

  private GrayImage(byte[] gray, int width, int height) {
    this.gray = gray;
    this.width = width;
    this.height = height;
  }

  /// @param image opaque sRGB
  static GrayImage of(BufferedImage image) {
    byte[] bgr = ImageScaler.bytes(image);
    byte[] gray = new byte[bgr.length / 3];
    for (int i = 0, at = 0; i < gray.length; i++, at += 3) {
      // Rec. 601 luma in 16-bit fractions, whose sum is exactly one.
      int luma =
          (bgr[at] & 0xff) * 7471 + (bgr[at + 1] & 0xff) * 38470 + (bgr[at + 2] & 0xff) * 19595;
      gray[i] = (byte) (luma + 32768 >> 16);
    }
    return new GrayImage(gray, image.getWidth(), image.getHeight());
  }

  /// Crops to the ink, scales, and stretches the contrast so that the paper is white and the
  /// darkest ink is black: thin lines that got pale in scaling count as much as thick ones.
  ///
  /// @throws RefusedImageException when nothing is drawn
  PreparedImage cropToInk(int size) throws RefusedImageException {
    int paper = paper();
    InkBox crop = inkBox(paper).crop();
    Resampler resampler =
        new Resampler(
            Resampler.Taps.of(crop.left(), crop.right(), width, size),
            Resampler.Taps.of(crop.top(), crop.bottom(), height, size),
            Resampler.Channels.ONE);
    byte[] scaled = resampler.scale(gray, width, height);
    int darkest = WHITE;
    for (byte value : scaled) {
      darkest = Math.min(darkest, value & 0xff);
    }
    byte[] rgb = new byte[size * size * 3];
    for (int i = 0; i < scaled.length; i++) {
      int value = ((scaled[i] & 0xff) - darkest) * WHITE / Math.max(1, paper - darkest);
      byte stretched = (byte) Math.max(0, Math.min(WHITE, value));
      rgb[3 * i] = stretched;
      rgb[3 * i + 1] = stretched;
      rgb[3 * i + 2] = stretched;
    }
    return new PreparedImage(rgb, size);
  }

  /// Gray value of the paper: the median where that is light, for most of a sketch is paper.
  private int paper() {
    int[] histogram = new int[WHITE + 1];
    for (byte value : gray) {
      histogram[value & 0xff]++;
    }
    int below = 0;
    for (int value = 0; value <= WHITE; value++) {
      below += histogram[value];
      if (2L * below >= gray.length) {
        return value >= PAPER_MIN ? value : WHITE;
      }
    }
    return WHITE;
  }

  private InkBox inkBox(int paper) throws RefusedImageException {
    int threshold = paper - INK_CONTRAST;
    int left = width;
    int right = -1;
    int top = height;
    int bottom = -1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if ((gray[y * width + x] & 0xff) <= threshold) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = y;
        }
      }
    }
    if (right < 0) {
      throw new RefusedImageException("nothing is drawn: the picture is blank");
    }
    return new InkBox(left, top, right + 1.0, bottom + 1.0);
  }
}
