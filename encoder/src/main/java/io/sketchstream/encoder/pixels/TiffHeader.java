package io.sketchstream.encoder.pixels;

/// Reads the first directory of a TIFF and refuses entries that point outside the file or promise
/// more than an image can have, because a decoder allocates what they promise.
final class TiffHeader {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_SIDE_MAX = 1 << 15;
  private static final int SAMPLES_MAX = 8;
  private static final int ENTRY_SIZE = 12;
  private static final int[] TYPE_SIZES = {1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

  private TiffHeader() {}

  static ImageFile read(ByteReader in) throws RefusedImageException {
    boolean little = in.u16(0, false) == 0x4949;
    long directory = in.u32(4, little);
    int entries = in.u16(directory, little);
    long width = 0;
    long height = 0;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY_SIZE;
      int tag = in.u16(entry, little);
      int type = in.u16(entry + 2, little);
      long count = in.u32(entry + 4, little);
      long size = type < TYPE_SIZES.length ? TYPE_SIZES[type] * count : 0;
      if (size > 4) {
        in.require(in.u32(entry + 8, little), size);
      }
      long value = size == 2 ? in.u16(entry + 8, little) : in.u32(entry + 8, little);
      switch (tag) {
        case WIDTH -> width = value;
        case HEIGHT -> height = value;
        case SAMPLES_PER_PIXEL -> check(in, value <= SAMPLES_MAX, "too many samples in a pixel");
        case TILE_WIDTH, TILE_HEIGHT -> check(in, value <= TILE_SIDE_MAX, "tiles too large");
        default -> {
          // Nothing that a decoder could be misled by.
        }
      }
    }
    check(in, width <= Integer.MAX_VALUE && height <= Integer.MAX_VALUE, "an impossible size");
    return new ImageFile(
        ImageFormat.TIFF, (int) width, (int) height, Exif.orientation(in), in.array());
  }

  private static void check(ByteReader in, boolean holds, String what)
      throws RefusedImageException {
    if (!holds) {
      throw in.damaged(what);
    }
  }
}
