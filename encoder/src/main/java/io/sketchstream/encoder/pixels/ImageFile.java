package io.sketchstream.encoder.pixels;

/// What the header of an image file says, read without decoding anything.
///
/// @param format its format, by its first bytes
/// @param width of the first frame as stored, in pixels
/// @param height of the first frame as stored, in pixels
/// @param orientation EXIF orientation, 1 to 8; 1 is upright
/// @param bytes what the decoder is given: the file, or the part of it that matters
/// @param iccProfile colour profile that the decoder of this format does not apply itself; else
///   empty
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
record ImageFile(
    ImageFormat format, int width, int height, int orientation, byte[] bytes, byte[] iccProfile) {
  private static final byte[] NO_PROFILE = new byte[0];

  ImageFile(ImageFormat format, int width, int height, int orientation, byte[] bytes) {
    this(format, width, height, orientation, bytes, NO_PROFILE);
  }

  /// Reads the header.
  ///
  /// @throws RefusedImageException when it is no image, or cut off, or damaged
  static ImageFile open(byte[] bytes) throws RefusedImageException {
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
      case SVG -> throw new RefusedImageException("an SVG drawing is no photo; PNG or JPEG is");
    };
  }
}
