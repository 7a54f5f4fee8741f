package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;

/// Counts the pixels in the data of a GIF's frame: the lengths of its LZW codes, without their
/// colours.
final class GifPixels {
  private static final int CODES_MAX = 4096;
  private static final int FIRST_BITS_MAX = 8;

  private final ByteReader in;
  private final long[] lengths = new long[CODES_MAX];
  private int at;
  private int left;
  private int buffer;
  private int buffered;

  private GifPixels(ByteReader in, int at) {
    this.in = in;
    this.at = at;
  }

  /// @param from the byte before the data blocks, which says how long the first codes are
  static long count(ByteReader in, int from) throws RefusedImageException {
    int bits = in.u8(from);
    return bits < 1 || bits > FIRST_BITS_MAX ? 0 : new GifPixels(in, from + 1).count(bits);
  }

  private long count(int firstBits) throws RefusedImageException {
    int clear = 1 << firstBits;
    int next = clear + 2;
    int bits = firstBits + 1;
    int last = -1;
    long pixels = 0;
    for (int code = code(bits); code >= 0 && code != clear + 1; code = code(bits)) {
      if (code == clear) {
        next = clear + 2;
        bits = firstBits + 1;
        last = -1;
        continue;
      }
      if (code > next || (code == next && last < 0)) {
        break; // No such code yet.
      }
      if (last >= 0 && next < CODES_MAX) {
        lengths[next++] = length(last, clear) + 1;
      }
      pixels += length(code, clear);
      last = code;
      if (next == 1 << bits && bits < 12) {
        bits++;
      }
    }
    return pixels;
  }

  private long length(int code, int clear) {
    return code < clear ? 1 : lengths[code];
  }

  /// The next code; -1 at the end of the data.
  private int code(int bits) throws RefusedImageException {
    while (buffered < bits) {
      if (left == 0) {
        left = at < in.size() ? in.u8(at++) : 0;
        if (left == 0) {
          return -1;
        }
      }
      if (at >= in.size()) {
        return -1;
      }
      buffer |= in.u8(at++) << buffered;
      buffered += 8;
      left--;
    }
    int code = buffer & (1 << bits) - 1;
    buffer >>>= bits;
    buffered -= bits;
    return code;
  }
}
