package io.sketchstream.encoder.pixels;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/// The formats that are understood.
enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  WEBP,
  BMP,
  TIFF,
  SVG;

  private static final int SVG_SEARCH_BYTES = 4096;

  /// The format that the first bytes announce.
  static ImageFormat of(byte[] bytes) throws RefusedImageException {
    String start = new String(bytes, 0, Math.min(bytes.length, SVG_SEARCH_BYTES), ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return JPEG;
    } else if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
      return PNG;
    } else if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
      return GIF;
    } else if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return WEBP;
    } else if (start.startsWith("BM")) {
      return BMP;
    } else if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
      return TIFF;
    } else if (isSvg(start)) {
      return SVG;
    }
    throw new RefusedImageException(
        "this is no image: its first bytes fit none of JPEG, PNG, GIF, WebP, BMP, TIFF");
  }

  /// For people.
  String label() {
    return this == WEBP ? "WebP" : name();
  }

  private static boolean isSvg(String start) {
    String text = start.startsWith("\u00ef\u00bb\u00bf") ? start.substring(3) : start;
    return text.stripLeading().startsWith("<") && text.toLowerCase(Locale.ROOT).contains("<svg");
  }
}
