package io.sketchstream.images.decode;

import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFile;
import io.sketchstream.images.file.ImageFormat;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Optional;

/// Decodes a file to upright sRGB pixels; the same in this process and in a decoder process.
final class FileDecoder {
  private FileDecoder() {}

  static BufferedImage decode(ImageFile file, Decoding decoding, Deadline deadline)
      throws RefusedImageException {
    if (file.format() == ImageFormat.HEIF) {
      return Heif.decode(file.bytes());
    }
    BufferedImage image = read(file, decoding, deadline);
    BufferedImage srgb =
        decoding.drawing()
            ? DrawingPaper.convert(image, file.profile(), deadline)
            : new SrgbConversion(deadline, SrgbConversion.WHITE).convert(image, file.profile());
    return Orientation.upright(onScreen(srgb, file), file.orientation());
  }

  static BufferedImage read(ImageFile file, Decoding decoding, Deadline deadline)
      throws RefusedImageException {
    Optional<BufferedImage> webp =
        file.format() == ImageFormat.WEBP ? Webp.decode(file.bytes()) : Optional.empty();
    return webp.isPresent()
        ? webp.get()
        : PixelReader.read(file, subsampling(file, decoding), deadline);
  }

  /// Subsamples by the factor that the caller would otherwise average over.
  static BufferedImage reduce(BufferedImage image, Decoding decoding) {
    double reduction = decoding.reduction(image.getWidth(), image.getHeight());
    return reduction < 1
        ? ImageScaler.resize(
            image, scaled(image.getWidth(), reduction), scaled(image.getHeight(), reduction))
        : image;
  }

  static int subsampling(ImageFile file, Decoding decoding) {
    boolean supported = file.format() == ImageFormat.JPEG || file.format() == ImageFormat.PNG;
    return supported ? decoding.subsampling(file.width(), file.height()) : 1;
  }

  private static int scaled(int side, double reduction) {
    return Math.max(1, (int) Math.round(side * reduction));
  }

  /// The first frame at its place on a white screen.
  private static BufferedImage onScreen(BufferedImage frame, ImageFile file) {
    boolean whole = frame.getWidth() == file.width() && frame.getHeight() == file.height();
    if (!file.size().framed() || whole) {
      return frame;
    }
    BufferedImage screen =
        new BufferedImage(file.width(), file.height(), BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = screen.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, file.width(), file.height());
    graphics.drawImage(frame, file.size().frame().left(), file.size().frame().top(), null);
    graphics.dispose();
    return screen;
  }
}
