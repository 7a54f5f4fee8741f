package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;

/// Reads the header of an image file of any format.
public final class ImageHeader {
  private ImageHeader() {}

  /// Reads the header.
  ///
  /// @throws RefusedImageException when it is not an image, or is cut off or damaged
  public static ImageFile read(byte[] bytes) throws RefusedImageException {
    if (bytes.length == 0) {
      throw new RefusedImageException("the file is empty (0 bytes)");
    }
    ImageFormat format = ImageFormat.of(bytes);
    ByteReader in = new ByteReader(bytes, format);
    return switch (format) {
      case JPEG -> JpegHeader.read(in);
      case PNG -> PngHeader.read(in);
      case GIF -> GifHeader.read(in);
      case WEBP -> WebpHeader.read(in);
      case BMP -> BmpHeader.read(in);
      case TIFF -> TiffHeader.read(in);
      case HEIF -> HeifHeader.read(in);
      case SVG -> throw new RefusedImageException("an SVG drawing is not a photo; use PNG or JPEG");
    };
  }
}
