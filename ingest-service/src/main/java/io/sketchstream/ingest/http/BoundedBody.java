package io.sketchstream.ingest.http;

import io.sketchstream.ingest.intake.RefusedException;
import io.sketchstream.ingest.intake.RefusedException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// Reads a request's body up to a bound, whatever length was announced.
final class BoundedBody {
  private BoundedBody() {}

  /// @param announced the Content-Length, -1 when there was none
  /// @throws EOFException when the body is shorter than announced
  static byte[] read(InputStream body, long announced, long bytesMax)
      throws IOException, RefusedException {
    byte[] bytes = body.readNBytes(Math.toIntExact(Math.min(Integer.MAX_VALUE - 8L, bytesMax + 1)));
    if (bytes.length > bytesMax) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "the file is larger than ingest.max-bytes, which is %d bytes".formatted(bytesMax));
    }
    if (announced >= 0 && bytes.length != announced) {
      throw new EOFException("the upload broke off");
    }
    return bytes;
  }
}
