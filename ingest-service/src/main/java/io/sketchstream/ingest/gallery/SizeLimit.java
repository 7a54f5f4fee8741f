package io.sketchstream.ingest.gallery;

import io.sketchstream.ingest.gallery.RefusedException.Reason;
import java.io.IOException;
import java.io.InputStream;

/// The largest upload that is accepted, file or body: the only place that compares their sizes. The
/// image decoder repeats the bound for bytes that come from elsewhere.
///
/// @param setting name of the setting that holds the limit, for messages
public record SizeLimit(String setting, long bytesMax) {
  /// Reads a stream to its end.
  ///
  /// @throws RefusedException when it has more bytes than the limit; the rest is not read
  public byte[] read(InputStream in) throws IOException, RefusedException {
    byte[] bytes = in.readNBytes(Math.toIntExact(Math.min(Integer.MAX_VALUE - 8L, bytesMax + 1)));
    check(bytes.length);
    return bytes;
  }

  /// Refuses a size above the limit.
  public void check(long bytes) throws RefusedException {
    if (bytes > bytesMax) {
      throw new RefusedException(
          Reason.TOO_LARGE, "larger than the limit of %d bytes (%s)".formatted(bytesMax, setting));
    }
  }
}
