package io.sketchstream.training.leadership;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A request body that is refused once it is larger than allowed, whatever its headers say.
public final class BoundedBody extends FilterInputStream {
  private final long sizeMax;
  private long left;

  /// @param sizeMax most bytes
  public BoundedBody(InputStream body, long sizeMax) {
    super(body);
    this.sizeMax = sizeMax;
    this.left = sizeMax;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    count(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    count(skipped);
    return skipped;
  }

  private void count(long read) {
    left -= read;
    if (left < 0) {
      throw new CommandRefusedException(
          CommandRefusedException.Kind.TOO_LARGE, "the body is larger than " + sizeMax + " bytes");
    }
  }
}
