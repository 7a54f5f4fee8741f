package io.sketchstream.images.decode;

import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.Patience;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFile;
import io.sketchstream.images.file.PlainJpeg;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// An image as it is stored in [images]: a small upright sRGB JPEG without metadata. The same file
/// gives the same bytes. Immutable unless a caller writes to [#jpeg].
public final class CanonicalImage {
  private static final float QUALITY = 0.9f;

  private final byte[] jpeg;
  private final int width;
  private final int height;

  private CanonicalImage(byte[] jpeg, int width, int height) {
    this.jpeg = jpeg;
    this.width = width;
    this.height = height;
  }

  /// Decodes an untrusted file and makes it canonical. A large file is subsampled while it is
  /// decoded. A JPEG that is already small and plain keeps its compressed pixels, once they were
  /// decoded without an error, and loses its metadata.
  ///
  /// @throws RefusedImageException when the decoder refuses the file
  public static CanonicalImage of(byte[] file, ImageDecoder decoder) throws RefusedImageException {
    return of(file, decoder, Patience.UNHURRIED);
  }

  /// As above, for a caller that does not wait indefinitely.
  public static CanonicalImage of(byte[] file, ImageDecoder decoder, Patience patience)
      throws RefusedImageException {
    ImageFile opened = decoder.open(file);
    BufferedImage image = decoder.decode(file, opened, Decoding.CANONICAL, patience);
    if (scale(image) == 1 && PlainJpeg.isCanonical(opened)) {
      return new CanonicalImage(opened.bytes(), image.getWidth(), image.getHeight());
    }
    return of(image);
  }

  /// Scales a decoded image down, never up, and compresses it.
  public static CanonicalImage of(BufferedImage image) {
    double scale = scale(image);
    int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
    boolean asItIs = scale == 1 && image.getType() == BufferedImage.TYPE_3BYTE_BGR;
    return new CanonicalImage(
        pack(asItIs ? image : ImageScaler.resize(image, width, height)), width, height);
  }

  /// The file. Shared, not copied.
  public byte[] jpeg() {
    return jpeg;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  private static double scale(BufferedImage image) {
    int shortSide = Math.min(image.getWidth(), image.getHeight());
    int longSide = Math.max(image.getWidth(), image.getHeight());
    return Math.min(
        1,
        Math.min(
            (double) Decoding.CANONICAL.shortSide() / shortSide,
            (double) Decoding.CANONICAL.longSideMax() / longSide));
  }

  private static byte[] pack(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(32 << 10);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) { // Memory has no I/O errors.
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
