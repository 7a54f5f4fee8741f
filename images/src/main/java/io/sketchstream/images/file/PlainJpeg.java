package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;
import java.util.Arrays;

/// A JPEG that is canonical without recompression: baseline, one scan of three YCbCr components,
/// and nothing else (ITU-T T.81, JFIF 1.02). Keeping its compressed pixels costs neither time nor
/// quality.
public final class PlainJpeg {
  static final int QUANTISATION_TABLES = 0xdb;
  static final int HUFFMAN_TABLES = 0xc4;
  static final int RESTART_INTERVAL = 0xdd;
  static final int BASELINE_FRAME = 0xc0;
  static final int START_OF_SCAN = 0xda;
  private static final int COMPONENTS = 3;

  /// About the largest size that recompression gives; larger files are recompressed.
  private static final double BYTES_PER_PIXEL_MAX = 0.5;

  private static final int TABLES_SIZE = 1024;

  /// Version 1.02, no unit, square pixels, no thumbnail.
  static final byte[] START = {
    -1, (byte) 0xd8, -1, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 2, 0, 0, 1, 0, 1, 0, 0
  };

  private PlainJpeg() {}

  /// Whether the compressed pixels of a file may be kept.
  ///
  /// @param file decoded without an error
  public static boolean isCanonical(ImageFile file) throws RefusedImageException {
    return file.format() == ImageFormat.JPEG
        && file.orientation() == 1
        && !file.profile().isPresent()
        && file.bytes().length <= TABLES_SIZE + BYTES_PER_PIXEL_MAX * file.size().pixels()
        && isBare(file.bytes());
  }

  /// Whether a file has only the segments that its pixels need, as every canonical image has.
  ///
  /// @param file a JPEG whose header was checked
  public static boolean isBare(byte[] file) throws RefusedImageException {
    if (!Arrays.equals(file, 0, Math.min(file.length, START.length), START, 0, START.length)) {
      return false;
    }
    ByteReader in = new ByteReader(file, ImageFormat.JPEG);
    int at = START.length;
    while (in.u8(at) == 0xff) {
      switch (in.u8(at + 1)) {
        case QUANTISATION_TABLES, HUFFMAN_TABLES, RESTART_INTERVAL ->
            at += 2 + in.u16(at + 2, false);
        case BASELINE_FRAME -> {
          if (!isYcbcr(in, at)) {
            return false;
          }
          at += 2 + in.u16(at + 2, false);
        }
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

  /// Component ids as in JFIF; with other ids some decoders assume RGB.
  private static boolean isYcbcr(ByteReader in, int at) throws RefusedImageException {
    return in.u16(at + 2, false) == 8 + 3 * COMPONENTS
        && in.u8(at + 4) == 8
        && in.u8(at + 9) == COMPONENTS
        && in.u8(at + 10) == 1
        && in.u8(at + 13) == 2
        && in.u8(at + 16) == 3;
  }
}
