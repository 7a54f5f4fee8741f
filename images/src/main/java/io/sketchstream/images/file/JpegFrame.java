package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;

/// The frame header of a JPEG, and which of its coefficients the scans have brought so far.
final class JpegFrame {
  private static final int COMPONENTS_MAX = 4;
  private static final int COEFFICIENTS = 64;
  private static final int LOSSLESS = 0xc3;

  /// A decoder keeps all coefficients of a progressive picture in memory.
  private static final long PROGRESSIVE_PIXELS_MAX = 8_000_000;

  private static final int CHEAP_SCANS_MAX = 32;

  private final int marker;
  private final int precision;
  private final ImageSize size;
  private final int[] ids;

  /// One bit for each coefficient of a component that is complete.
  private final long[] complete;

  private boolean interleaved;

  private JpegFrame(int marker, int precision, ImageSize size, int[] ids) {
    this.marker = marker;
    this.precision = precision;
    this.size = size;
    this.ids = ids;
    this.complete = new long[ids.length];
  }

  /// True for the markers of baseline, extended, progressive and lossless frames; false for tables,
  /// whose markers are in the same range.
  static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  static JpegFrame read(ByteReader in, int at, int length) throws RefusedImageException {
    int marker = in.u8(at + 1);
    if (marker >= 0xc9) {
      throw in.unsupported("is arithmetic coded, which is not supported; save it as a usual JPEG");
    }
    if (marker >= 0xc5) {
      throw in.unsupported("is hierarchical, which is not supported; save it as a usual JPEG");
    }
    int precision = in.u8(at + 4);
    if (precision > 8 && marker != LOSSLESS) {
      throw in.unsupported(
          "has " + precision + " bits in a sample, which is not supported; save it with 8");
    }
    int components = in.u8(at + 9);
    if (components < 1 || components > COMPONENTS_MAX || length < 8 + 3 * components) {
      throw in.damaged("an impossible number of colour components");
    }
    int[] ids = new int[components];
    for (int i = 0; i < components; i++) {
      ids[i] = in.u8(at + 10 + 3 * i);
    }
    ImageSize size =
        ImageSize.of(
            in.u16(at + 7, false), in.u16(at + 5, false), components * (precision > 8 ? 2 : 1));
    return new JpegFrame(marker, precision, size, ids);
  }

  /// Records a scan.
  ///
  /// @return false when it does not belong to this frame
  boolean addScan(ByteReader in, int at) throws RefusedImageException {
    int count = in.u8(at + 4);
    if (count < 1 || count > ids.length || in.u16(at + 2, false) != 6 + 2 * count) {
      return false;
    }
    int parameters = at + 5 + 2 * count;
    int first = in.u8(parameters);
    int last = in.u8(parameters + 1);
    boolean finest = (in.u8(parameters + 2) & 15) == 0;
    if (isProgressive() && (first > last || last >= COEFFICIENTS)) {
      return false;
    }
    long coefficients = isProgressive() ? (-1L >>> 63 - last) & (-1L << first) : -1L;
    for (int i = 0; i < count; i++) {
      int component = indexOf(in.u8(at + 5 + 2 * i));
      if (component < 0) {
        return false;
      }
      complete[component] |= finest || !isProgressive() ? coefficients : 0;
    }
    interleaved = count == ids.length;
    return true;
  }

  /// Whether nothing after this scan can belong to the picture.
  boolean endsWithThisScan() {
    return interleaved && !isProgressive();
  }

  /// Whether the scans so far bring all that the picture needs.
  boolean isComplete() {
    for (long component : complete) {
      if (component != -1L) {
        return false;
      }
    }
    return true;
  }

  /// Baseline or progressive, 8 bits, gray or three colours.
  boolean isUsual() {
    return marker <= 0xc2 && precision == 8 && (ids.length == 1 || ids.length == 3);
  }

  /// Whether a decoder needs little more memory than the decoded picture.
  boolean isCheap(int scans) {
    return scans <= CHEAP_SCANS_MAX
        && (endsWithThisScan() || ids.length == 1 || size.pixels() <= PROGRESSIVE_PIXELS_MAX)
        && (!isProgressive() || size.pixels() <= PROGRESSIVE_PIXELS_MAX);
  }

  /// Whether the components are RGB, by the rule of libjpeg: JFIF decides, else the Adobe marker,
  /// else the component ids.
  boolean isRgb(boolean jfif, int adobeTransform) {
    if (ids.length != 3 || jfif) {
      return false;
    }
    return adobeTransform >= 0
        ? adobeTransform == 0
        : ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B';
  }

  int components() {
    return ids.length;
  }

  ImageSize size() {
    return size;
  }

  private boolean isProgressive() {
    return marker == 0xc2;
  }

  private int indexOf(int id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }
}
