package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;

/// Reads the orientation, the only EXIF tag that is used.
final class Exif {
  private static final int ORIENTATION_TAG = 0x0112;
  private static final int ENTRY_SIZE = 12;
  private static final int UPRIGHT = 1;

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
          int value = tiff.u16(entry + 8, little);
          return value >= 1 && value <= 8 ? value : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (RefusedImageException _) {
      return UPRIGHT;
    }
  }
}
