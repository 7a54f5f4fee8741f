package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Reads the plain files of a tar archive, one after the other.
final class TarReader implements AutoCloseable {
  private static final int BLOCK_SIZE = 512;
  private static final int NAME_SIZE = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_DIGITS = 11;
  private static final int TYPE_AT = 156;

  private final InputStream in;
  private String name = "";
  private long left;
  private long padding;

  TarReader(InputStream in) {
    this.in = in;
  }

  /// Goes to the next plain file; false at the end.
  boolean next() throws IOException {
    while (true) {
      in.skipNBytes(left + padding);
      byte[] header = in.readNBytes(BLOCK_SIZE);
      if (header.length < BLOCK_SIZE || header[0] == 0) {
        left = 0;
        padding = 0;
        return false;
      }
      left = size(header);
      padding = Math.floorMod(-left, (long) BLOCK_SIZE);
      name = text(header, 0, NAME_SIZE);
      if (header[TYPE_AT] == '0' || header[TYPE_AT] == 0) {
        return true;
      }
    }
  }

  /// Name of the current file.
  String name() {
    return name;
  }

  /// Content of the current file; need not be closed.
  InputStream content() {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int count = in.read(target, offset, (int) Math.min(length, left));
        if (count < 0) {
          throw new EOFException("the archive is cut off");
        }
        left -= count;
        return count;
      }

      @Override
      public void close() {
        // The archive goes on.
      }
    };
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static long size(byte[] header) throws IOException {
    String octal = text(header, SIZE_AT, SIZE_DIGITS).strip();
    if (!octal.matches("[0-7]{1,11}")) {
      throw new IOException("the archive is damaged");
    }
    return Long.parseLong(octal, 8);
  }

  private static String text(byte[] header, int from, int size) {
    int end = from;
    while (end < from + size && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, UTF_8);
  }
}
