package io.sketchstream.images.decode;

import javax.imageio.stream.ImageInputStreamImpl;

/// The bytes of a file as ImageIO reads them, without a copy. Ends the decoder after a timeout and
/// when it reads far beyond the end: some decoders take zeros for the missing data and build tables
/// from them for many seconds.
final class BytesInput extends ImageInputStreamImpl {
  /// Readers look a few bytes ahead in complete files, too.
  private static final int READS_BEHIND_END_MAX = 1024;

  private final byte[] bytes;
  private final Deadline deadline;
  private int readsBehindEnd;

  BytesInput(byte[] bytes, Deadline deadline) {
    this.bytes = bytes;
    this.deadline = deadline;
  }

  @Override
  public int read() {
    deadline.check();
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : end();
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    deadline.check();
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    if (count <= 0) {
      return end();
    }
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  private int end() {
    if (++readsBehindEnd > READS_BEHIND_END_MAX) {
      throw new IllegalStateException("the reader does not accept the end of the file");
    }
    return -1;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
