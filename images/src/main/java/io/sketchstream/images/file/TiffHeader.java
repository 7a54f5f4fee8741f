package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the first directory of a TIFF and refuses entries of its pixels that are duplicated, point
/// outside the file or declare more than an image can have, because a decoder allocates what they
/// declare. Entries of metadata that do so are hidden from the decoder. Recognises camera raw,
/// whose first directory holds a thumbnail or sensor data.
final class TiffHeader {
  private static final int SUBFILE_TYPE = 254;
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int SUB_DIRECTORIES = 330;
  private static final int SAMPLE_FORMAT = 339;
  private static final int SIGNED = 2;
  private static final int PROFILE = 34675;
  private static final int DNG_VERSION = 50706;

  private static final int COLOUR_FILTER_ARRAY = 32803;
  private static final int LINEAR_RAW = 34892;
  private static final int CMYK = 5;
  private static final int ICC_LAB = 9;
  private static final int ITU_LAB = 10;
  private static final int TILE_SIDE_MAX = 1 << 15;
  private static final int SAMPLES_MAX = 8;
  private static final int BITS_MAX = 64;
  private static final int ENTRY_SIZE = 12;

  /// None, fax, LZW, JPEG, Deflate and PackBits.
  private static final Set<Long> COMPRESSIONS =
      Set.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 32_773L, 32_946L);

  private static final Map<Long, String> OTHER_COMPRESSIONS =
      Map.ofEntries(
          Map.entry(32_766L, "NeXT"),
          Map.entry(32_771L, "fax in words"),
          Map.entry(32_809L, "ThunderScan"),
          Map.entry(34_661L, "JBIG"),
          Map.entry(34_676L, "LogLuv"),
          Map.entry(34_677L, "LogLuv"),
          Map.entry(34_712L, "JPEG 2000"),
          Map.entry(34_887L, "LERC"),
          Map.entry(34_892L, "lossy JPEG of a camera"),
          Map.entry(34_925L, "LZMA"),
          Map.entry(50_000L, "Zstandard"),
          Map.entry(50_001L, "WebP"),
          Map.entry(50_002L, "JPEG XL"));

  /// Others are read as if they had 16.
  private static final Set<Long> BITS = Set.of(1L, 2L, 4L, 8L, 16L, 24L, 32L, 64L);

  /// The first of private tags, which decoders skip.
  private static final int SKIPPED = 65_000;

  /// Tags that a decoder may need for the pixels, beside the codes of their compression.
  private static final Set<Integer> NEEDED =
      Set.of(
          SUBFILE_TYPE,
          255,
          WIDTH,
          HEIGHT,
          BITS_PER_SAMPLE,
          COMPRESSION,
          PHOTOMETRIC,
          266,
          273,
          274,
          SAMPLES_PER_PIXEL,
          278,
          279,
          284,
          292,
          293,
          317,
          320,
          TILE_WIDTH,
          TILE_HEIGHT,
          324,
          325,
          332,
          338,
          SAMPLE_FORMAT,
          347,
          512,
          513,
          514,
          515,
          517,
          518,
          519,
          520,
          521,
          529,
          530,
          531,
          532);

  /// Tags that point to directories of metadata: EXIF, GPS, interoperability, further pictures.
  private static final Set<Integer> DIRECTORIES = Set.of(34665, 34853, 40965, SUB_DIRECTORIES);

  private static final int[] TYPE_SIZES = {1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

  private final ByteReader in;
  private final boolean little;
  private final Set<Integer> tags = new HashSet<>();
  private final List<Long> skipped = new ArrayList<>();
  private long width;
  private long height;
  private long samples = 1;
  private long bits = 1;
  private long compression = 1;
  private long photometric;
  private boolean reduced;
  private boolean signed;
  private long profileEntry = -1;
  private long next;

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
      boolean whole = size <= 4 || in.u32(entry + 8, little) + size <= in.size();
      boolean first = tags.add(tag);
      if (NEEDED.contains(tag)) {
        in.require(size > 4 ? in.u32(entry + 8, little) : entry, size);
        check(first, "tag " + tag + " is duplicated");
      }
      if (tag == PROFILE && first && whole) {
        profileEntry = entry;
      } else if (!whole || !first || DIRECTORIES.contains(tag)) {
        skipped.add(entry);
      }
      if (whole) {
        take(tag, type, entry, size);
      }
    }
    next = directory + 2 + (long) entries * ENTRY_SIZE;
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
      case COMPRESSION -> compression = value;
      case PHOTOMETRIC -> photometric = value;
      case SAMPLE_FORMAT -> signed = value == SIGNED;
      case TILE_WIDTH, TILE_HEIGHT -> checked(value, TILE_SIDE_MAX, "tiles too large");
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
    if (photometric == ICC_LAB || photometric == ITU_LAB) {
      throw in.unsupported("has colours in a form that is not supported (ICC or ITU Lab)");
    }
    if (!COMPRESSIONS.contains(compression)) {
      String name = OTHER_COMPRESSIONS.getOrDefault(compression, "method " + compression);
      throw in.unsupported("is compressed in a way that is not supported (" + name + ")");
    }
    if (!BITS.contains(bits)) {
      throw in.unsupported("has samples of " + bits + " bits, which are not supported");
    }
    if (signed && bits > 8) {
      throw in.unsupported("has samples with a sign, which are not supported");
    }
    check(width <= Integer.MAX_VALUE && height <= Integer.MAX_VALUE, "an impossible size");
    int bytesPerPixel = (int) Math.max(1, (samples * bits + 7) / 8);
    return ImageFile.foreign(
        ImageFormat.TIFF,
        ImageSize.of((int) width, (int) height, bytesPerPixel),
        Exif.orientation(in),
        forDecoder());
  }

  /// The file, without what its pixels don't need and a decoder would stumble on: entries whose
  /// data is cut off, other directories, a colour profile that is not valid.
  private byte[] forDecoder() throws RefusedImageException {
    if (profileEntry >= 0 && !hasSoundProfile()) {
      skipped.add(profileEntry);
    }
    boolean more = next + 4 <= in.size() && in.u32(next, little) != 0;
    if (skipped.isEmpty() && !more) {
      return in.array();
    }
    byte[] copy = in.array().clone();
    ByteBuffer out =
        ByteBuffer.wrap(copy).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int tag = SKIPPED;
    for (long entry : skipped) { // Each becomes one byte of a private tag.
      out.position((int) entry)
          .putShort((short) Math.min(tag++, 0xffff))
          .putShort((short) 1)
          .putInt(1);
    }
    if (more) {
      out.putInt((int) next, 0); // Further pages may be cut off.
    }
    return copy;
  }

  private boolean hasSoundProfile() throws RefusedImageException {
    long count = in.u32(profileEntry + 4, little);
    long at = in.u32(profileEntry + 8, little);
    String space = photometric == CMYK ? IccProfile.CMYK : IccProfile.RGB;
    return count > 4
        && at + count <= in.size()
        && IccProfile.of(in.copy(at, (int) count), space).isPresent();
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
