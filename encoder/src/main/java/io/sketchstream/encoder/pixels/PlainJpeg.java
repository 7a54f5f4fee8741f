package io.sketchstream.encoder.pixels;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/// A JPEG that needs no second compression to be canonical: baseline, one scan of three YCbCr
/// components, small, and without anything that changes how its pixels look. It loses all else:
/// metadata, thumbnails, comments, and what stands behind its end. Keeping the compressed pixels
/// costs no time and no quality (ITU-T T.81, JFIF 1.02).
final class PlainJpeg {
  private static final int QUANTISATION_TABLES = 0xdb;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int RESTART_INTERVAL = 0xdd;
  private static final int BASELINE_FRAME = 0xc0;
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int COMMENT = 0xfe;
  private static final int FIRST_APP = 0xe0;
  private static final int ICC = 0xe2;
  private static final int ADOBE = 0xee;
  private static final int LAST_APP = 0xef;
  private static final int COMPONENTS = 3;

  /// What an own compression would have at most, about; larger files are compressed anew.
  private static final double BYTES_PER_PIXEL_MAX = 0.5;

  private static final int TABLES_SIZE = 1024;

  /// Version 1.02, no unit, square pixels, no thumbnail.
  private static final byte[] START = {
    (byte) 0xff,
    (byte) 0xd8,
    (byte) 0xff,
    (byte) 0xe0,
    0,
    16,
    'J',
    'F',
    'I',
    'F',
    0,
    1,
    2,
    0,
    0,
    1,
    0,
    1,
    0,
    0
  };

  private final ByteReader in;
  private final ByteArrayOutputStream out;
  private boolean framed;

  private PlainJpeg(ByteReader in) {
    this.in = in;
    this.out = new ByteArrayOutputStream(in.size());
  }

  /// The file with nothing but its pixels; empty when it is not of the plain kind.
  ///
  /// @param file upright, and found whole by a decoder
  static Optional<byte[]> strip(ImageFile file) throws RefusedImageException {
    double sizeMax = TABLES_SIZE + BYTES_PER_PIXEL_MAX * file.width() * file.height();
    if (file.format() != ImageFormat.JPEG || file.orientation() != 1) {
      return Optional.empty();
    }
    byte[] bytes = file.bytes();
    PlainJpeg jpeg = new PlainJpeg(new ByteReader(bytes, ImageFormat.JPEG));
    return jpeg.copy() && jpeg.out.size() <= sizeMax
        ? Optional.of(jpeg.out.toByteArray())
        : Optional.empty();
  }

  /// Whether a file has no segments but those that are left here, in which the JDK's decoder needs
  /// no help; so it is with every [CanonicalImage].
  ///
  /// @param file a JPEG whose header was found sound
  static boolean isBare(byte[] file) throws RefusedImageException {
    if (!Arrays.equals(file, 0, Math.min(file.length, START.length), START, 0, START.length)) {
      return false;
    }
    ByteReader in = new ByteReader(file, ImageFormat.JPEG);
    int at = START.length;
    while (in.u8(at) == 0xff) {
      switch (in.u8(at + 1)) {
        case QUANTISATION_TABLES, HUFFMAN_TABLES, RESTART_INTERVAL, BASELINE_FRAME ->
            at += 2 + in.u16(at + 2, false);
        case START_OF_SCAN -> {
          return in.u8(at + 4) == COMPONENTS;
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  private boolean copy() throws RefusedImageException {
    out.writeBytes(START);
    int at = 2;
    while (in.u8(at) == 0xff) {
      int marker = in.u8(at + 1);
      if (marker == 0xff) { // Padding before a marker.
        at++;
        continue;
      }
      int length = in.u16(at + 2, false);
      in.require(at + 2, length);
      if (marker == START_OF_SCAN) {
        return framed && in.u8(at + 4) == COMPONENTS && copyScan(at, length);
      }
      if (!copySegment(marker, at, length)) {
        return false;
      }
      at += 2 + length;
    }
    return false;
  }

  /// False for what makes the file another kind.
  private boolean copySegment(int marker, int at, int length) throws RefusedImageException {
    switch (marker) {
      case QUANTISATION_TABLES, HUFFMAN_TABLES, RESTART_INTERVAL -> write(at, 2 + length);
      case BASELINE_FRAME -> {
        if (framed || !isYcbcr(at, length)) {
          return false;
        }
        framed = true;
        write(at, 2 + length);
      }
      // A profile changes the colours, and Adobe's segment may say that they are not YCbCr.
      case ICC, ADOBE -> {
        return false;
      }
      default -> {
        return marker == COMMENT || (marker >= FIRST_APP && marker <= LAST_APP);
      }
    }
    return true;
  }

  /// Components numbered as JFIF wants them; with other names some decoders take them for RGB.
  private boolean isYcbcr(int at, int length) throws RefusedImageException {
    return length == 8 + 3 * COMPONENTS
        && in.u8(at + 4) == 8
        && in.u8(at + 9) == COMPONENTS
        && in.u8(at + 10) == 1
        && in.u8(at + 13) == 2
        && in.u8(at + 16) == 3;
  }

  /// The scan's header and data, if its end is the picture's.
  private boolean copyScan(int at, int headerLength) throws RefusedImageException {
    int end = at + 2 + headerLength;
    while (true) {
      if (in.u8(end) != 0xff) {
        end++;
        continue;
      }
      int next = in.u8(end + 1);
      if (next == END_OF_IMAGE) {
        write(at, end + 2 - at);
        return true;
      }
      boolean data = next == 0 || (next >= 0xd0 && next <= 0xd7);
      if (!data) {
        return false;
      }
      end += 2;
    }
  }

  private void write(int at, int length) {
    out.writeBytes(Arrays.copyOfRange(in.array(), at, at + length));
  }
}
