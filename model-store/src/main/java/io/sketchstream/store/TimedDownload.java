package io.sketchstream.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import software.amazon.awssdk.core.exception.NonRetryableException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.http.Abortable;

/// Copies an object to a file while it comes at a minimum rate. How large it is, and so how long it
/// takes, is not known; a server that sends a byte now and then would hold its reader forever.
///
/// @param file is replaced where a former attempt has left it
/// @param nanos as [System#nanoTime]
record TimedDownload(Path file, LongSupplier nanos) {
  /// Until then any rate will do.
  static final Duration GRACE = Duration.ofMinutes(1);

  static final int BYTES_PER_SECOND_MIN = 1 << 10;

  private static final int BUFFER_SIZE = 64 << 10;

  TimedDownload(Path file) {
    this(file, System::nanoTime);
  }

  /// @return the size
  /// @throws RetryableException when the connection is lost, or the file can't be written
  /// @throws NonRetryableException when the server is too slow
  long copy(InputStream in, Abortable connection) {
    long startNanos = nanos.getAsLong();
    long size = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER_SIZE];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        size += read;
        requireRate(size, nanos.getAsLong() - startNanos, connection);
      }
      return size;
    } catch (IOException e) {
      connection.abort();
      throw RetryableException.create("the object can't be copied: " + e.getMessage(), e);
    }
  }

  private static void requireRate(long size, long passedNanos, Abortable connection) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(passedNanos);
    if (seconds > GRACE.toSeconds() && size < seconds * BYTES_PER_SECOND_MIN) {
      connection.abort();
      throw NonRetryableException.create(
          "the store is too slow: it sent %d bytes in %d s".formatted(size, seconds));
    }
  }
}
