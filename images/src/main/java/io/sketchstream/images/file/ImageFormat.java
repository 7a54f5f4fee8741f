package io.sketchstream.images.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sketchstream.images.RefusedImageException;

/// The supported formats.
public enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  WEBP,
  BMP,
  TIFF,
  HEIF,
  SVG;

  private static final int START_SIZE = 64;

  /// The format, by the first bytes.
  ///
  /// @throws RefusedImageException for any other format, named where it is known
  public static ImageFormat of(byte[] bytes) throws RefusedImageException {
    String start = new String(bytes, 0, Math.min(bytes.length, START_SIZE), ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return JPEG;
    } else if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
      return PNG;
    } else if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
      return GIF;
    } else if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return WEBP;
    } else if (ForeignFormats.isHeif(start)) {
      return HEIF;
    } else if (SvgStart.isSvg(bytes)) {
      return SVG;
    }
    ForeignFormats.refuseKnown(start);
    if (start.startsWith("BM")) {
      return BMP;
    } else if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
      return TIFF;
    }
    throw new RefusedImageException(
        "this is not an image: its first bytes match none of JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC,"
            + " AVIF");
  }

  /// The name in messages.
  public String label() {
    return switch (this) {
      case WEBP -> "WebP";
      case HEIF -> "HEIC or AVIF";
      default -> name();
    };
  }
}
