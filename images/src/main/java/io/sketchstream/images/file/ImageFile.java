package io.sketchstream.images.file;

/// The header of an image file, read without decoding.
///
/// @param format the format, by the first bytes
/// @param size of the first frame as stored
/// @param orientation EXIF orientation, 1 to 8; 1 is upright
/// @param bytes the input of the decoder: the file, or the part of it that the pixels need
/// @param profile colour profile that the decoder of this format does not apply itself
/// @param trust how far its header was checked
/// @param buffered whether its decoder keeps all coefficients until the last scan: a JPEG whose
///   first scan does not bring the whole picture
public record ImageFile(
    ImageFormat format,
    ImageSize size,
    int orientation,
    @SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
        byte[] bytes,
    IccProfile profile,
    Trust trust,
    boolean buffered) {
  /// How far a file may be trusted.
  public enum Trust {
    /// Checked completely; may be decoded in this process.
    PLAIN,
    /// Supported by the JDK, but possibly expensive to decode.
    USUAL,
    /// A format, or a variant of one, that needs another library.
    FOREIGN
  }

  /// A file of a format that is only decoded in a decoder process.
  static ImageFile foreign(ImageFormat format, ImageSize size, int orientation, byte[] bytes) {
    return new ImageFile(format, size, orientation, bytes, IccProfile.NONE, Trust.FOREIGN, false);
  }

  public int width() {
    return size.width();
  }

  public int height() {
    return size.height();
  }

  /// Whether it may be decoded in this process.
  public boolean plain() {
    return trust == Trust.PLAIN;
  }
}
