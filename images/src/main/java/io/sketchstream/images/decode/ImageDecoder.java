package io.sketchstream.images.decode;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.Patience;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFile;
import io.sketchstream.images.file.ImageFormat;
import io.sketchstream.images.file.ImageHeader;
import io.sketchstream.images.file.PlainJpeg;
import io.sketchstream.images.process.DecoderJob;
import io.sketchstream.images.process.DecoderPool;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Optional;

/// Decodes untrusted image files under limits: JPEG, PNG, GIF and WebP (the first frame of each),
/// BMP, TIFF, and HEIC and AVIF where libheif is installed.
///
/// Files whose header was found plain, and which take little memory, are decoded in this process,
/// all others in a decoder process ([DecoderPool]), which can be killed.
///
/// **Threads:** any number; plain files are decoded on a few threads of its own. **Owns:** those,
/// which end by themselves when idle.
public final class ImageDecoder {
  /// No supported format needs more bytes for a pixel.
  private static final int BYTES_PER_PIXEL_MAX = 8;

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
  /// @throws RefusedImageException when the bytes are not a complete image, or exceed a limit; the
  ///   message is for the sender
  /// @throws java.util.concurrent.CancellationException when the calling thread is interrupted, the
  ///   image is not at fault
  /// @throws io.sketchstream.images.process.DecoderUnavailableException when there is no decoder
  ///   process for it, the image is not at fault
  public BufferedImage decode(byte[] bytes) throws RefusedImageException {
    return decode(bytes, open(bytes), Decoding.WHOLE, Patience.UNHURRIED);
  }

  /// Like [#decode], for a caller that scales the image down to the given sides: large images are
  /// subsampled, which saves most of the memory.
  ///
  /// @param shortSide what the shorter side will be scaled to, in pixels
  /// @param longSideMax bound of the longer side after that
  public BufferedImage decodeReduced(byte[] bytes, int shortSide, int longSideMax)
      throws RefusedImageException {
    return decode(
        bytes, open(bytes), new Decoding(shortSide, longSideMax, false), Patience.UNHURRIED);
  }

  /// Like [#decode], for a drawing: its thin lines are kept, and light ink on transparent paper is
  /// put on black.
  public BufferedImage decodeDrawing(byte[] bytes, Patience patience) throws RefusedImageException {
    return decode(bytes, open(bytes), Decoding.DRAWING, patience);
  }

  /// Whether a drawing is decoded in this process; false as well for what is refused.
  public boolean decodesHere(byte[] drawing) {
    try {
      return isDecodedHere(open(drawing), Decoding.DRAWING);
    } catch (RefusedImageException _) {
      return false;
    }
  }

  /// Decodes an image that should be canonical, on the calling thread, for a caller that has
  /// threads for such work. Anything else is decoded like a file from outside, reduced to the size
  /// of a canonical image.
  public BufferedImage decodeHere(byte[] bytes) throws RefusedImageException {
    ImageFile file = open(bytes);
    if (!isCanonical(file)) {
      return decode(bytes, file, Decoding.CANONICAL, Patience.UNHURRIED);
    }
    try {
      return FileDecoder.decode(file, Decoding.WHOLE, new Deadline());
    } catch (RuntimeException | StackOverflowError e) {
      throw DecodePool.refusal(e);
    }
  }

  private static boolean isCanonical(ImageFile file) throws RefusedImageException {
    return file.plain()
        && file.format() == ImageFormat.JPEG
        && Math.max(file.width(), file.height()) <= Decoding.CANONICAL.longSideMax()
        && Math.min(file.width(), file.height()) <= Decoding.CANONICAL.shortSide()
        && PlainJpeg.isBare(file.bytes());
  }

  /// The problem of decoding in general, for health checks; empty when it works.
  public Optional<String> problem() {
    long hanging = pool.hanging();
    return hanging > 0
        ? Optional.of(hanging + " decoder threads hang")
        : DecoderPool.shared().problem();
  }

  /// Refuses a file above [ImageLimits#bytesMax]. Uploads were bounded while they were read; this
  /// is for bytes from elsewhere, such as a topic.
  ///
  /// @throws RefusedImageException when the file is larger
  public void checkSize(byte[] bytes) throws RefusedImageException {
    if (bytes.length > limits.bytesMax()) {
      throw new RefusedImageException(
          String.format(
              Locale.ROOT,
              "the file has %,d bytes; at most %,d are accepted",
              bytes.length,
              limits.bytesMax()));
    }
  }

  /// Reads the header and compares it with the limits.
  ImageFile open(byte[] bytes) throws RefusedImageException {
    checkSize(bytes);
    ImageFile file = ImageHeader.read(bytes);
    if (file.width() < 1 || file.height() < 1) {
      throw new RefusedImageException(
          "the image has no pixels (" + file.width() + " x " + file.height() + ")");
    }
    if (file.size().pixels() > limits.pixelsMax()) {
      throw new RefusedImageException(
          String.format(
              Locale.ROOT,
              "the image has %,d x %,d pixels; at most %,d in all are accepted",
              file.width(),
              file.height(),
              limits.pixelsMax()));
    }
    long bytesMax = BYTES_PER_PIXEL_MAX * limits.pixelsMax() / 2;
    if (file.size().bytes() > bytesMax) {
      throw new RefusedImageException(
          String.format(
              Locale.ROOT,
              "the pixels of the image take %,d bytes; at most %,d are accepted",
              file.size().bytes(),
              bytesMax));
    }
    return file;
  }

  BufferedImage decode(byte[] bytes, ImageFile file, Decoding decoding, Patience patience)
      throws RefusedImageException {
    if (!isDecodedHere(file, decoding)) {
      return decodeElsewhere(bytes, decoding, patience);
    }
    return pool.run(
        DecodeCost.of(file, decoding).total(),
        patience,
        deadline -> {
          BufferedImage image = FileDecoder.decode(file, decoding, deadline);
          return decoding.drawing() ? FileDecoder.reduce(image, decoding) : image;
        });
  }

  private static boolean isDecodedHere(ImageFile file, Decoding decoding) {
    return file.plain() && DecodeCost.of(file, decoding).isLow();
  }

  private BufferedImage decodeElsewhere(byte[] bytes, Decoding decoding, Patience patience)
      throws RefusedImageException {
    return DecoderPool.shared()
        .run(
            new DecoderJob(
                DecodeTask.class, bytes, decoding.parameters(), patience, limits.decodeMax()));
  }
}
