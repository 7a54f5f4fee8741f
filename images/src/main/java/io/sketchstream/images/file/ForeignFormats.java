package io.sketchstream.images.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sketchstream.images.RefusedImageException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Formats that are recognised but not supported, so that a refusal names the format and the
/// remedy.
final class ForeignFormats {
  private static final String EXPORT = "; export it as JPEG or PNG";

  /// Where a box `ftyp` has its further brands, after the first one and its version.
  private static final int BRANDS_AT = 16;

  private static final Set<String> HEIF_BRANDS =
      Set.of(
          "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis", "miaf");

  /// First bytes and name.
  private record Known(int at, String magic, String name) {}

  private static final List<Known> KNOWN =
      List.of(
          new Known(0, "\u00ff\n", "JPEG XL"),
          new Known(4, "JXL \r\n", "JPEG XL"),
          new Known(4, "jP  \r\n", "JPEG 2000"),
          new Known(0, "\u00ffO\u00ffQ", "JPEG 2000"),
          new Known(4, "ftypcrx ", "camera raw (CR3)"),
          new Known(8, "CR\u0002", "camera raw (CR2)"),
          new Known(0, "IIU\0", "camera raw (RW2)"),
          new Known(0, "IIRO", "camera raw (ORF)"),
          new Known(0, "IIRS", "camera raw (ORF)"),
          new Known(0, "MMOR", "camera raw (ORF)"),
          new Known(0, "FUJIFILMCCD-RAW", "camera raw (RAF)"),
          new Known(0, "FOVb", "camera raw (X3F)"),
          new Known(0, "\0MRM", "camera raw (MRW)"),
          new Known(0, "II+\0", "BigTIFF"),
          new Known(0, "MM\0+", "BigTIFF"),
          new Known(0, "8BPS", "a Photoshop document (PSD)"),
          new Known(0, "gimp xcf", "a GIMP document (XCF)"),
          new Known(0, "%PDF", "a PDF document"),
          new Known(0, "%!PS", "a PostScript document"),
          new Known(0, "\u00c5\u00d0\u00d3\u00c6", "a PostScript document"),
          new Known(0, "\0\0\u0001\0", "a Windows icon (ICO)"),
          new Known(0, "\0\0\u0002\0", "a Windows cursor (CUR)"),
          new Known(0, "v/1\u0001", "OpenEXR"),
          new Known(0, "#?RADIANCE", "Radiance HDR"),
          new Known(0, "DDS ", "DirectDraw Surface (DDS)"),
          new Known(0, "qoif", "QOI"),
          new Known(0, "FLIF", "FLIF"),
          new Known(6, "HEAPCCDR", "camera raw (CRW)"),
          new Known(0, "icns", "a macOS icon (ICNS)"),
          new Known(40, " EMF", "a Windows metafile (EMF)"),
          new Known(0, "\u008aMNG\r\n", "MNG"),
          new Known(0, "\u008bJNG\r\n", "JNG"),
          new Known(0, "\u001f\u008b", "a gzip archive"),
          new Known(0, "BPG\u00fb", "BPG"),
          new Known(0, "\u00d7\u00cd\u00c6\u009a", "a Windows metafile (WMF)"),
          new Known(0, "II\u00bc", "JPEG XR"),
          new Known(0, "AT&TFORM", "DjVu"),
          new Known(0, "PK\u0003\u0004", "a ZIP archive"),
          new Known(8, "CDR", "a CorelDRAW document (CDR)"),
          new Known(0, "RIFF", "a RIFF file other than WebP, such as a video,"),
          new Known(0, "CSFCHUNK", "a Clip Studio document (CLIP)"),
          new Known(0, "BLENDER", "a Blender document"),
          new Known(0, "AC10", "an AutoCAD drawing (DWG)"),
          new Known(0, "\u00abKTX ", "a texture (KTX)"),
          new Known(0, "FLV\u0001", "a video"),
          new Known(0, "0&\u00b2u\u008ef\u00cf\u0011", "a video"),
          new Known(0, "\u001aE\u00df\u00a3", "a video"),
          new Known(4, "ftypM4A", "an audio file"),
          new Known(4, "ftyp", "a video"),
          new Known(4, "moov", "a video"),
          new Known(4, "mdat", "a video"),
          new Known(4, "wide", "a video"),
          new Known(0, "\0\0\u0001\u00ba", "a video"),
          new Known(0, "ID3", "an audio file"),
          new Known(0, "OggS", "an audio file"),
          new Known(0, "fLaC", "an audio file"),
          new Known(0, "Rar!", "a RAR archive"),
          new Known(0, "7z\u00bc\u00af", "a 7-Zip archive"),
          new Known(0, "\u00d0\u00cf\u0011\u00e0", "a Microsoft Office document"),
          new Known(0, "SIMPLE  =", "FITS"),
          new Known(0, "#?RGBE", "Radiance HDR"),
          new Known(0, "\u0001\u00da", "SGI"),
          new Known(0, "/* XPM", "an X pixmap (XPM)"),
          new Known(0, "#define ", "an X bitmap (XBM)"));

  /// What is no picture at all, often under the name of one.
  private static final List<Known> NO_PICTURES =
      List.of(
          new Known(
              0, "\0\u0005\u0016\u0007", "holds the attributes that macOS keeps beside a file"),
          new Known(0, "version https://git-lfs", "only names a file that Git LFS keeps elsewhere"),
          new Known(0, "data:", "is a data URL; decode it first"),
          new Known(0, "/9j/", "is the Base64 of one; decode it first"),
          new Known(0, "iVBORw0KGgo", "is the Base64 of one; decode it first"),
          new Known(0, "R0lGOD", "is the Base64 of one; decode it first"),
          new Known(0, "UklGR", "is the Base64 of one; decode it first"));

  private static final Pattern PAGE =
      Pattern.compile("(?is)\\s*(<!doctype html|<html|<head|<body).*");
  private static final Pattern MARKUP = Pattern.compile("(?s)\\s*<(\\?xml|[A-Za-z!]).*");
  private static final Pattern JSON = Pattern.compile("(?s)\\s*[{\\[]\\s*[\"\\[{}\\]\\d].*");
  private static final Pattern TEXT = Pattern.compile("[\\s\\x20-\\x7e]{16,}");
  private static final Pattern ZEROS = Pattern.compile("\0{16,}");
  private static final Pattern INKML = Pattern.compile("<(?:\\w+:)?ink[\\s>]");
  private static final int HEAD_SIZE = 2048;
  private static final int DICOM_AT = 128;

  private ForeignFormats() {}

  static boolean isHeif(String start) {
    if (!start.startsWith("ftyp", 4) || start.length() < BRANDS_AT) {
      return false;
    }
    // The first brand may be of a camera; the further ones say what can read the file.
    int end = Math.min(start.length(), start.charAt(2) << 8 | start.charAt(3));
    boolean heif = HEIF_BRANDS.contains(start.substring(8, 12));
    for (int at = BRANDS_AT; !heif && at + 4 <= end; at += 4) {
      heif = HEIF_BRANDS.contains(start.substring(at, at + 4));
    }
    return heif;
  }

  /// @throws RefusedImageException when the file is of a recognised but unsupported format
  static void refuseKnown(String start) throws RefusedImageException {
    if (isTarga(start)) { // Before the icons, which begin alike.
      throw refused("Targa (TGA)");
    }
    for (Known known : KNOWN) {
      if (start.startsWith(known.magic(), known.at())) {
        throw refused(known.name());
      }
    }
    if (start.matches("(?s)\n[\\x00\\x02-\\x05][\\x00\\x01][\\x01\\x02\\x04\\x08].*")) {
      throw refused("PCX");
    }
    if (start.matches("(?s)P[1-7Ff][\\s#].*")) {
      throw refused("Netpbm (PBM, PGM, PPM)");
    }
  }

  /// What a file is that is no image.
  ///
  /// @param bytes of a file of no known format
  static String described(byte[] bytes, String start) {
    for (Known known : NO_PICTURES) {
      if (start.startsWith(known.magic())) {
        return "this is not an image: it " + known.name();
      }
    }
    String dicom = "DICM";
    if (bytes.length > DICOM_AT + dicom.length()
        && new String(bytes, DICOM_AT, dicom.length(), ISO_8859_1).equals(dicom)) {
      return "DICOM is not supported" + EXPORT;
    }
    String head = new String(bytes, 0, Math.min(bytes.length, HEAD_SIZE), ISO_8859_1);
    if (MARKUP.matcher(start).matches() && INKML.matcher(head).find()) {
      return "InkML is not supported; export the drawing as SVG or PNG, or its strokes as JSON";
    }
    String kind = kind(start);
    return "this is not an image: "
        + (kind.isEmpty() ? "" : kind + "; ")
        + "its first bytes match none of JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC, AVIF";
  }

  private static String kind(String start) {
    if (PAGE.matcher(start).matches()) {
      return "it is an HTML page, perhaps the error message of a server";
    } else if (MARKUP.matcher(start).matches()) {
      return "it is XML";
    } else if (JSON.matcher(start).matches()) {
      return "it is JSON";
    } else if (ZEROS.matcher(start).matches()) {
      return "it begins with zeros, as files that were not written completely";
    }
    return TEXT.matcher(start).matches() ? "it is a text" : "";
  }

  /// Targa has no first bytes of its own, but few values in its header: kind of palette, kind of
  /// picture, size, bits of a pixel.
  private static boolean isTarga(String start) {
    if (start.length() < 18
        || !start.matches("(?s).[\\x00\\x01][\\x01\\x02\\x03\\x09\\x0a\\x0b].*")) {
      return false;
    }
    boolean palette = start.charAt(1) == 1;
    boolean indexed = (start.charAt(2) & 7) == 1;
    boolean sized =
        start.charAt(12) + start.charAt(13) > 0 && start.charAt(14) + start.charAt(15) > 0;
    return palette == indexed
        && sized
        && (palette || start.startsWith("\0\0\0\0\0", 3))
        && "\u0008\u000f\u0010\u0018\u0020".indexOf(start.charAt(16)) >= 0
        && start.charAt(17) < 0x40;
  }

  static RefusedImageException refused(String name) {
    return new RefusedImageException(name + " is not supported" + EXPORT);
  }
}
