package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/// Reads the first directory of a TIFF and refuses entries that are duplicated, point outside the
/// file or declare more than an image can have, because a decoder allocates what they declare.
/// Recognises camera raw, whose first directory holds a thumbnail or sensor data.
final class TiffHeader {
  private static final int SUBFILE_TYPE = 254;
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int PHOTOMETRIC = 262;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int SUB_DIRECTORIES = 330;
  private static final int PROFILE = 34675;
  private static final int DNG_VERSION = 50706;

  private static final int COLOUR_FILTER_ARRAY = 32803;
  private static final int LINEAR_RAW = 34892;
  private static final int CMYK = 5;
  private static final int TILE_SIDE_MAX = 1 << 15;
  private static final int SAMPLES_MAX = 8;
  private static final int BITS_MAX = 64;
  private static final int ENTRY_SIZE = 12;

  /// A private tag, which decoders skip.
  private static final int SKIPPED = 65_000;

  private static final int[] TYPE_SIZES = {1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

  private final ByteReader in;
  private final boolean little;
  private final Set<Integer> tags = new HashSet<>();
  private long width;
  private long height;
  private long samples = 1;
  private long bits = 1;
  private long photometric;
  private boolean reduced;
  private long profileEntry = -1;

  private TiffHeader(ByteReader in) throws RefusedImageException {
    this.in = in;
    this.little = in.u16(0, false) == 0x4949;
  }

  static ImageFile read(ByteReader in) throws RefusedImageException {
    TiffHeader header = new TiffHeader(in);
    header.directory(in.u32(4, header.little));
    return header.file();
  }

  private void directory(long directory) throws RefusedImageException {
    int entries = in.u16(directory, little);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY_SIZE;
      int tag = in.u16(entry, little);
      int type = in.u16(entry + 2, little);
      long count = in.u32(entry + 4, little);
      long size = type < TYPE_SIZES.length ? TYPE_SIZES[type] * count : 0;
      if (size > 4) {
        in.require(in.u32(entry + 8, little), size);
      }
      check(tags.add(tag), "tag " + tag + " is duplicated");
      take(tag, type, entry, size);
    }
  }

  private void take(int tag, int type, long entry, long size) throws RefusedImageException {
    long at = size > 4 ? in.u32(entry + 8, little) : entry + 8;
    boolean isShort = type < TYPE_SIZES.length && TYPE_SIZES[type] == 2;
    long value = isShort && size > 0 ? in.u16(at, little) : in.u32(entry + 8, little);
    switch (tag) {
      case SUBFILE_TYPE -> reduced = (value & 1) == 1;
      case WIDTH -> width = value;
      case HEIGHT -> height = value;
      case BITS_PER_SAMPLE -> bits = checked(value, BITS_MAX, "too many bits in a sample");
      case SAMPLES_PER_PIXEL ->
          samples = checked(value, SAMPLES_MAX, "too many samples in a pixel");
      case PHOTOMETRIC -> photometric = value;
      case TILE_WIDTH, TILE_HEIGHT -> checked(value, TILE_SIDE_MAX, "tiles too large");
      case PROFILE -> profileEntry = entry;
      default -> {
        // Not relevant to a decoder.
      }
    }
  }

  private ImageFile file() throws RefusedImageException {
    boolean raw =
        tags.contains(DNG_VERSION)
            || photometric == COLOUR_FILTER_ARRAY
            || photometric == LINEAR_RAW
            || (reduced && tags.contains(SUB_DIRECTORIES));
    if (raw) {
      throw ForeignFormats.refused("camera raw (DNG, NEF, ARW and the like)");
    }
    check(width <= Integer.MAX_VALUE && height <= Integer.MAX_VALUE, "an impossible size");
    int bytesPerPixel = (int) Math.max(1, (samples * bits + 7) / 8);
    return ImageFile.foreign(
        ImageFormat.TIFF,
        ImageSize.of((int) width, (int) height, bytesPerPixel),
        Exif.orientation(in),
        withSoundProfile());
  }

  /// The file, without a colour profile that is not valid.
  private byte[] withSoundProfile() throws RefusedImageException {
    if (profileEntry < 0) {
      return in.array();
    }
    long count = in.u32(profileEntry + 4, little);
    long at = in.u32(profileEntry + 8, little);
    String space = photometric == CMYK ? IccProfile.CMYK : IccProfile.RGB;
    boolean sound =
        count > 4
            && at + count <= in.size()
            && IccProfile.of(in.copy(at, (int) count), space).isPresent();
    if (sound) {
      return in.array();
    }
    byte[] copy = in.array().clone();
    ByteBuffer.wrap(copy)
        .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
        .putShort((int) profileEntry, (short) SKIPPED);
    return copy;
  }

  private long checked(long value, long max, String what) throws RefusedImageException {
    check(value <= max, what);
    return value;
  }

  private void check(boolean holds, String what) throws RefusedImageException {
    if (!holds) {
      throw in.damaged(what);
    }
  }
}
