package io.sketchstream.images.sketch;

import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.Resampler;
import io.sketchstream.images.Taps;
import java.awt.image.BufferedImage;
import java.util.Optional;

/// A drawing in gray values: the more a pixel differs from the paper, the darker it is. So dark on
/// light, light on dark and yellow on white all work.
final class GrayImage {
  private static final int WHITE = 255;

  /// Smallest difference of an ink pixel from the paper.
  private static final int INK_CONTRAST = 48;

  private final byte[] gray;
  private final int width;
  private final int height;

  private GrayImage(byte[] gray, int width, int height) {
    this.gray = gray;
    this.width = width;
    this.height = height;
  }

  /// Crops to the ink, scales, and stretches the contrast so that the paper is white and the
  /// darkest ink is black. Thin lines that became pale in scaling then count as much as thick ones.
  ///
  /// @param image opaque sRGB
  /// @param size side of the square in pixels
  /// @throws RefusedImageException when nothing is drawn
  static PreparedImage cropToInk(BufferedImage image, SketchFit fit, int size)
      throws RefusedImageException {
    byte[] bgr = ImageScaler.bytes(image);
    Paper paper = Paper.of(bgr, image.getWidth(), image.getHeight());
    GrayImage drawing = new GrayImage(gray(bgr, paper), image.getWidth(), image.getHeight());
    Optional<InkBox> ink = drawing.inkBox();
    if (ink.isEmpty()) {
      drawing = new GrayImage(gray(bgr, paper.forAnyInk()), image.getWidth(), image.getHeight());
      ink = drawing.inkBox();
    }
    return drawing.crop(
        ink.orElseThrow(() -> new RefusedImageException("nothing is drawn: the picture is blank"))
            .crop(fit),
        size);
  }

  private static byte[] gray(byte[] bgr, Paper paper) {
    byte[] gray = new byte[bgr.length / 3];
    for (int i = 0, at = 0; i < gray.length; i++, at += 3) {
      gray[i] = (byte) (WHITE - paper.difference(bgr, at));
    }
    return gray;
  }

  private PreparedImage crop(InkBox box, int size) {
    Resampler resampler =
        new Resampler(
            Taps.of(box.left(), box.right(), width, size),
            Taps.of(box.top(), box.bottom(), height, size),
            Resampler.Channels.ONE);
    byte[] scaled = resampler.scale(gray, width, height);
    int darkest = WHITE;
    for (byte value : scaled) {
      darkest = Math.min(darkest, value & 0xff);
    }
    byte[] rgb = new byte[size * size * 3];
    for (int i = 0; i < scaled.length; i++) {
      int value = ((scaled[i] & 0xff) - darkest) * WHITE / Math.max(1, WHITE - darkest);
      byte stretched = (byte) Math.max(0, Math.min(WHITE, value));
      rgb[3 * i] = stretched;
      rgb[3 * i + 1] = stretched;
      rgb[3 * i + 2] = stretched;
    }
    return new PreparedImage(rgb, size);
  }

  private Optional<InkBox> inkBox() {
    int left = width;
    int right = -1;
    int top = height;
    int bottom = -1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if ((gray[y * width + x] & 0xff) <= WHITE - INK_CONTRAST) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = y;
        }
      }
    }
    return right < 0
        ? Optional.empty()
        : Optional.of(new InkBox(left, top, right + 1.0, bottom + 1.0));
  }
}
