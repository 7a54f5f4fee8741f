package io.sketchstream.encoder.pixels;

import javax.imageio.stream.ImageInputStreamImpl;

/// The bytes of a file as ImageIO reads them, without a copy; ends the decoder when its time is
/// over.
final class BytesInput extends ImageInputStreamImpl {
  private final byte[] bytes;
  private final Deadline deadline;

  BytesInput(byte[] bytes, Deadline deadline) {
    this.bytes = bytes;
    this.deadline = deadline;
  }

  @Override
  public int read() {
    deadline.check();
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : -1;
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
      return -1;
    }
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
