package io.sketchstream.encoder.pixels;

import java.awt.image.BufferedImage;
import java.util.Locale;

/// Opens image files from outside, under limits: JPEG, PNG, GIF, WebP (of both the first frame),
/// BMP and TIFF.
///
/// **Threads:** any number; decoding runs on a few threads of its own. **Owns:** those, which end
/// by themselves when idle.
public final class ImageDecoder {
  /// A reduced image has at least this many times the pixels per side that its user needs, so that
  /// averaging over the rest still smooths.
  private static final int REDUCTION_RESERVE = 4;

  private final ImageLimits limits;
  private final DecodePool pool;

  public ImageDecoder(ImageLimits limits) {
    this(limits, new DecodePool(limits, Math.max(2, Runtime.getRuntime().availableProcessors())));
  }

  ImageDecoder(ImageLimits limits, DecodePool pool) {
    this.limits = limits;
    this.pool = pool;
  }

  /// Decodes an image: upright, sRGB, transparency on white, `TYPE_3BYTE_BGR`.
  ///
  /// @throws RefusedImageException when the bytes are no whole image, or it exceeds a limit; says
  ///   which, in words for whoever sent it
  /// @throws java.util.concurrent.CancellationException when the calling thread is interrupted,
  ///   which says nothing of the image
  public BufferedImage decode(byte[] bytes) throws RefusedImageException {
    ImageFile file = open(bytes);
    return pool.run(pixels(file), deadline -> pixels(file, 1, deadline));
  }

  /// Like [#decode], for a user who scales the image down to the given sides anyway: large images
  /// come with fewer pixels, which saves most of the memory.
  ///
  /// @param shortSide what the shorter side will be scaled to, in pixels
  /// @param longSideMax bound of the longer side after that
  public BufferedImage decodeReduced(byte[] bytes, int shortSide, int longSideMax)
      throws RefusedImageException {
    ImageFile file = open(bytes);
    int subsampling = subsampling(file, shortSide, longSideMax);
    long pixels = pixels(file) / ((long) subsampling * subsampling);
    return pool.run(pixels, deadline -> pixels(file, subsampling, deadline));
  }

  /// Like [#decode], on the calling thread and without a limit of time: for a file that was made or
  /// checked by this class before, and a caller that has threads for such work.
  public BufferedImage decodeHere(byte[] bytes) throws RefusedImageException {
    return pixels(open(bytes), 1, new Deadline());
  }

  /// The pool that other work on files from outside shares.
  DecodePool pool() {
    return pool;
  }

  /// @throws RefusedImageException when a file is larger than allowed
  void checkSize(byte[] bytes) throws RefusedImageException {
    if (bytes.length > limits.bytesMax()) {
      throw new RefusedImageException(
          String.format(
              Locale.ROOT,
              "the file has %,d bytes; at most %,d are accepted",
              bytes.length,
              limits.bytesMax()));
    }
  }

  private ImageFile open(byte[] bytes) throws RefusedImageException {
    checkSize(bytes);
    ImageFile file = ImageFile.open(bytes);
    if (file.width() < 1 || file.height() < 1) {
      throw new RefusedImageException(
          "the image has no pixels (" + file.width() + " x " + file.height() + ")");
    }
    if (pixels(file) > limits.pixelsMax()) {
      throw new RefusedImageException(
          String.format(
              Locale.ROOT,
              "the image has %,d x %,d pixels; at most %,d in all are accepted",
              file.width(),
              file.height(),
              limits.pixelsMax()));
    }
    return file;
  }

  private static long pixels(ImageFile file) {
    return (long) file.width() * file.height();
  }

  private static int subsampling(ImageFile file, int shortSide, int longSideMax) {
    boolean supported = file.format() == ImageFormat.JPEG || file.format() == ImageFormat.PNG;
    if (!supported) {
      return 1;
    }
    double scale =
        Math.min(
            (double) shortSide / Math.min(file.width(), file.height()),
            (double) longSideMax / Math.max(file.width(), file.height()));
    return Math.max(1, (int) (1 / (scale * REDUCTION_RESERVE)));
  }

  private static BufferedImage pixels(ImageFile file, int subsampling, Deadline deadline)
      throws RefusedImageException {
    BufferedImage image = PixelReader.read(file, subsampling, deadline);
    BufferedImage srgb = new SrgbConversion(deadline).convert(image, file.iccProfile());
    return Orientation.upright(srgb, file.orientation());
  }
}
