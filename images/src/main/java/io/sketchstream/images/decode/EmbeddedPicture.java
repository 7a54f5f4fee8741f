package io.sketchstream.images.decode;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFile;
import io.sketchstream.images.file.ImageFormat;
import io.sketchstream.images.file.ImageHeader;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;

/// A picture in a drawing, with its transparent parts. Only in a decoder process, which bounds time
/// and memory.
public final class EmbeddedPicture {
  /// What is shown in place of one that is refused.
  public static final BufferedImage NONE = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);

  /// Of all pictures in a drawing; four bytes each.
  private static final long PIXELS_MAX = 32_000_000;

  private final ImageFile file;

  /// @param others pixels of the other pictures of the drawing
  /// @throws RefusedImageException when it can't be shown
  public EmbeddedPicture(byte[] bytes, long others) throws RefusedImageException {
    try {
      file = ImageHeader.read(bytes);
    } catch (RefusedImageException e) {
      throw refused(e);
    }
    if (file.width() < 1 || file.height() < 1) {
      throw new RefusedImageException("a picture in the SVG has no pixels");
    }
    if (others + pixels() > PIXELS_MAX) {
      throw new RefusedImageException(
          "the pictures in the SVG have more than " + PIXELS_MAX + " pixels");
    }
  }

  public long pixels() {
    return file.size().pixels();
  }

  /// Decodes it, upright.
  ///
  /// @return of type `TYPE_INT_ARGB`
  public BufferedImage decode() throws RefusedImageException {
    BufferedImage stored;
    try {
      stored =
          file.format() == ImageFormat.HEIF
              ? Heif.decode(file.bytes())
              : FileDecoder.read(file, Decoding.WHOLE, new Deadline());
    } catch (RefusedImageException e) {
      throw refused(e);
    }
    boolean turned = file.format() != ImageFormat.HEIF && file.orientation() >= 5;
    BufferedImage picture =
        new BufferedImage(
            turned ? stored.getHeight() : stored.getWidth(),
            turned ? stored.getWidth() : stored.getHeight(),
            BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.drawImage(stored, upright(stored.getWidth(), stored.getHeight()), null);
    graphics.dispose();
    return picture;
  }

  private AffineTransform upright(int width, int height) {
    return switch (file.format() == ImageFormat.HEIF ? 1 : file.orientation()) {
      case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
      case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
      case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
      case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
      case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
      case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
      case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
      default -> new AffineTransform();
    };
  }

  private static RefusedImageException refused(RefusedImageException e) {
    return new RefusedImageException("a picture in the SVG can't be shown: " + e.getMessage(), e);
  }
}
