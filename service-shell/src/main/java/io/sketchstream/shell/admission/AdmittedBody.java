package io.sketchstream.shell.admission;

import io.sketchstream.shell.problem.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body that takes its slot with its first byte, and ends with a problem once it has more bytes
/// than are accepted. Nobody who only announces a body holds a slot.
///
/// **Threads:** the one of the request.
final class AdmittedBody extends FilterInputStream {
  /// So much of a refused body is still taken, so that the caller gets to read why.
  private static final int REST_SIZE_MAX = 1 << 20;

  private final long sizeMax;
  private final Gate gate;
  private boolean begun;
  private boolean admitted;
  private long size;

  /// What the reading of a body has to pass.
  interface Gate {
    /// The body is awaited from now on.
    void begin();

    /// Its first byte is there.
    ///
    /// @throws ProblemException when there is no slot for it
    void enter();

    /// Some of it was read.
    ///
    /// @throws ProblemException when it takes more memory than accepted
    void took(byte[] bytes, int offset, int count);

    /// It is larger than accepted.
    ProblemException tooLarge();
  }

  /// @param sizeMax most bytes
  AdmittedBody(InputStream body, long sizeMax, Gate gate) {
    super(body);
    this.sizeMax = sizeMax;
    this.gate = gate;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (!begun) {
      begun = true;
      gate.begin();
    }
    int read = in.read(bytes, offset, length);
    if (read > 0) {
      count(bytes, offset, read);
    }
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, REST_SIZE_MAX)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(byte[] bytes, int offset, int read) throws IOException {
    size += read;
    try {
      if (!admitted) {
        gate.enter();
        admitted = true;
      }
      if (size > sizeMax) {
        throw gate.tooLarge();
      }
      gate.took(bytes, offset, read);
    } catch (ProblemException e) {
      long _ = in.skip(REST_SIZE_MAX);
      throw e;
    }
  }
}
