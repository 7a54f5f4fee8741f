package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;

/// Reads the orientation, the only EXIF tag that is used.
final class Exif {
  private static final int ORIENTATION_TAG = 0x0112;
  private static final int ENTRY_SIZE = 12;
  private static final int UPRIGHT = 1;

  private static final int BYTE = 1;
  private static final int LONG = 4;

  private Exif() {}

  /// The orientation, 1 to 8, that a TIFF structure holds. Damaged EXIF counts as upright: viewers
  /// show such pictures, too.
  static int orientation(ByteReader tiff) {
    try {
      boolean little = tiff.u16(0, false) == 0x4949;
      long directory = tiff.u32(4, little);
      int entries = tiff.u16(directory, little);
      for (int i = 0; i < entries; i++) {
        long entry = directory + 2 + (long) i * ENTRY_SIZE;
        if (tiff.u16(entry, little) == ORIENTATION_TAG) {
          int value = value(tiff, entry, little);
          return value >= 1 && value <= 8 ? value : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (RefusedImageException _) {
      return UPRIGHT;
    }
  }

  /// Two bytes, as specified; some writers take one or four.
  private static int value(ByteReader tiff, long entry, boolean little)
      throws RefusedImageException {
    return switch (tiff.u16(entry + 2, little)) {
      case BYTE -> tiff.u8(entry + 8);
      case LONG -> (int) tiff.u32(entry + 8, little);
      default -> tiff.u16(entry + 8, little);
    };
  }

  /// Without the prefix that it has in a JPEG, and which some writers put in other formats as well.
  static ByteReader withoutPrefix(ByteReader exif) throws RefusedImageException {
    boolean prefixed = exif.size() > 6 && exif.text(0, 4).equals("Exif");
    return prefixed ? exif.part(6, exif.size() - 6) : exif;
  }
}
