package io.sketchstream.images.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sketchstream.images.RefusedImageException;

/// Reads numbers of a header at given offsets; an offset beyond the end means a truncated file.
final class ByteReader {
  private final byte[] bytes;
  private final ImageFormat format;
  private final int offset;
  private final int end;

  ByteReader(byte[] bytes, ImageFormat format) {
    this(bytes, format, 0, bytes.length);
  }

  private ByteReader(byte[] bytes, ImageFormat format, int offset, int end) {
    this.bytes = bytes;
    this.format = format;
    this.offset = offset;
    this.end = end;
  }

  /// A reader of a part that begins at `from`.
  ByteReader part(int from, int size) throws RefusedImageException {
    require(from, size);
    return new ByteReader(bytes, format, offset + from, offset + from + size);
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return end - offset;
  }

  int u8(long at) throws RefusedImageException {
    require(at, 1);
    return bytes[offset + (int) at] & 0xff;
  }

  int u16(long at, boolean littleEndian) throws RefusedImageException {
    int first = u8(at);
    int second = u8(at + 1);
    return littleEndian ? second << 8 | first : first << 8 | second;
  }

  int u24Little(long at) throws RefusedImageException {
    return u16(at, true) | u8(at + 2) << 16;
  }

  long u32(long at, boolean littleEndian) throws RefusedImageException {
    long first = u16(at, littleEndian);
    long second = u16(at + 2, littleEndian);
    return littleEndian ? second << 16 | first : first << 16 | second;
  }

  String text(long at, int length) throws RefusedImageException {
    require(at, length);
    return new String(bytes, offset + (int) at, length, ISO_8859_1);
  }

  byte[] copy(long at, int length) throws RefusedImageException {
    require(at, length);
    byte[] copy = new byte[length];
    System.arraycopy(bytes, offset + (int) at, copy, 0, length);
    return copy;
  }

  /// @throws RefusedImageException when the file is too short
  void require(long at, long length) throws RefusedImageException {
    if (at < 0 || length < 0 || at + length > size()) {
      throw truncated();
    }
  }

  RefusedImageException truncated() {
    return new RefusedImageException("the " + format.label() + " is truncated: data is missing");
  }

  RefusedImageException damaged(String what) {
    return new RefusedImageException("the " + format.label() + " is damaged: " + what);
  }

  RefusedImageException unsupported(String what) {
    return new RefusedImageException("the " + format.label() + " " + what);
  }
}
