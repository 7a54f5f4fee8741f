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

  /// The smallest difference that counts as ink on a page of nothing else.
  private static final int FAINT_CONTRAST_MIN = 16;

  /// How much of a drawing is paper at least, and how much more than it ink has to differ. Seven
  /// times the deviation of grain that is spread normally.
  private static final double PAPER_SHARE = 0.75;

  private static final int GRAIN_FACTOR = 6;

  /// Less than this share of a page is dust.
  private static final double FAINT_SHARE_MIN = 0.0005;

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
    Paper found = Paper.of(bgr, image.getWidth(), image.getHeight());
    boolean ringing = Ringing.isAllInk(bgr, image.getWidth(), found, INK_CONTRAST);
    Paper paper = ringing ? found.forAnyInk() : found;
    GrayImage drawing = new GrayImage(gray(bgr, paper), image.getWidth(), image.getHeight());
    Optional<InkBox> ink = drawing.inkBox();
    if (ink.isEmpty()) {
      drawing = new GrayImage(gray(bgr, paper.forAnyInk()), image.getWidth(), image.getHeight());
      ink = drawing.inkBox();
    }
    if (ink.isEmpty()) {
      drawing = new GrayImage(gray(bgr, paper), image.getWidth(), image.getHeight());
      ink = drawing.faintInkBox();
    }
    if (ink.isEmpty()) {
      drawing = new GrayImage(gray(bgr, paper.forAnyInk()), image.getWidth(), image.getHeight());
      ink = drawing.faintInkBox();
    }
    InkBox box =
        ink.orElseThrow(() -> new RefusedImageException("nothing is drawn: the picture is blank"));
    InkBox page = new InkBox(0, 0, image.getWidth(), image.getHeight());
    return drawing.crop(fit == SketchFit.PAGE ? page : box.crop(fit), size, fit.mirrored);
  }

  private static byte[] gray(byte[] bgr, Paper paper) {
    byte[] gray = new byte[bgr.length / 3];
    for (int i = 0, at = 0; i < gray.length; i++, at += 3) {
      gray[i] = (byte) (WHITE - paper.difference(bgr, at));
    }
    return gray;
  }

  private PreparedImage crop(InkBox box, int size, boolean mirrored) {
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
    return new PreparedImage(rgb, size, mirrored);
  }

  private Optional<InkBox> inkBox() {
    return inkBox(INK_CONTRAST);
  }

  /// A soft pencil, or light grey: ink is what differs much more than the paper from itself. On a
  /// blank page the grain of the paper or of the compression is all there is; a shadow makes the
  /// paper differ. The grain is removed where there is ink.
  private Optional<InkBox> faintInkBox() {
    int[] histogram = new int[WHITE + 1];
    for (byte value : gray) {
      histogram[WHITE - (value & 0xff)]++;
    }
    int grain = 0;
    for (long below = histogram[0]; below < PAPER_SHARE * gray.length; below += histogram[grain]) {
      grain++;
    }
    int contrast = Math.max(FAINT_CONTRAST_MIN, GRAIN_FACTOR * grain);
    long count = 0;
    for (int value = contrast; value <= WHITE; value++) {
      count += histogram[value];
    }
    if (count < Math.max(1, FAINT_SHARE_MIN * gray.length)) {
      return Optional.empty();
    }
    for (int i = 0; i < gray.length; i++) {
      if (WHITE - (gray[i] & 0xff) < contrast / 2) {
        gray[i] = (byte) WHITE; // Stretching the contrast would bring out the grain.
      }
    }
    return inkBox(contrast);
  }

  private Optional<InkBox> inkBox(int contrast) {
    int left = width;
    int right = -1;
    int top = height;
    int bottom = -1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if ((gray[y * width + x] & 0xff) <= WHITE - contrast) {
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
