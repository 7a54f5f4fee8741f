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
    if (start.startsWith("BM") && isBmp(start)) {
      return BMP;
    } else if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
      return TIFF;
    }
    throw new RefusedImageException(ForeignFormats.described(bytes, start));
  }

  /// Whether the header has a possible size; a text may begin with these letters, too.
  private static boolean isBmp(String start) {
    return start.length() < 18 || (start.charAt(16) | start.charAt(17)) == 0;
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
