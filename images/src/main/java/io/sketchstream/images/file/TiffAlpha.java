package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;

/// Tells what the opacity in a TIFF means, which its reader ignores.
public final class TiffAlpha {
  private static final int EXTRA_SAMPLES = 338;
  private static final int ASSOCIATED = 1;
  private static final int ENTRY_SIZE = 12;

  private TiffAlpha() {}

  /// Whether the colours of the first page are multiplied by their opacity.
  ///
  /// @param tiff a file whose header was read
  public static boolean isPremultiplied(byte[] tiff) throws RefusedImageException {
    ByteReader in = new ByteReader(tiff, ImageFormat.TIFF);
    boolean little = in.u16(0, false) == 0x4949;
    long directory = in.u32(4, little);
    int entries = in.u16(directory, little);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY_SIZE;
      if (in.u16(entry, little) == EXTRA_SAMPLES) {
        boolean here = in.u32(entry + 4, little) <= 2;
        return in.u16(here ? entry + 8 : in.u32(entry + 8, little), little) == ASSOCIATED;
      }
    }
    return false;
  }
}
