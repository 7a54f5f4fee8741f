package io.sketchstream.images.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import io.sketchstream.images.RefusedImageException;
import java.util.Locale;

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

  private static final int SVG_SEARCH_BYTES = 4096;
  private static final String GZIP = "\u001f\u008b";

  /// The format, by the first bytes.
  ///
  /// @throws RefusedImageException for any other format, named where it is known
  public static ImageFormat of(byte[] bytes) throws RefusedImageException {
    String start = new String(bytes, 0, Math.min(bytes.length, SVG_SEARCH_BYTES), ISO_8859_1);
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
    } else if (isSvg(bytes, start)) {
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

  /// Text in any usual encoding, or gzip: only SVG drawings are either.
  private static boolean isSvg(byte[] bytes, String start) {
    if (start.startsWith(GZIP)) {
      return true;
    }
    String text = start;
    if (start.startsWith("\u00ff\u00fe") || start.startsWith("<\0")) {
      text = new String(bytes, 0, Math.min(bytes.length, SVG_SEARCH_BYTES), UTF_16LE);
    } else if (start.startsWith("\u00fe\u00ff") || start.startsWith("\0<")) {
      text = new String(bytes, 0, Math.min(bytes.length, SVG_SEARCH_BYTES), UTF_16BE);
    } else if (start.startsWith("\u00ef\u00bb\u00bf")) {
      text = start.substring(3);
    }
    text = text.startsWith("\ufeff") ? text.substring(1) : text;
    return text.stripLeading().startsWith("<") && text.toLowerCase(Locale.ROOT).contains("<svg");
  }
}
