package io.sketchstream.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.NonRetryableException;
import software.amazon.awssdk.core.exception.RetryableException;

@Timeout(60)
final class TimedDownloadTest {
  private final AtomicBoolean aborted = new AtomicBoolean();
  private long now;

  @TempDir Path directory;

  @Test
  void endsWithAServerThatSendsAByteASecond() {
    NonRetryableException slow =
        assertThrows(NonRetryableException.class, () -> copy(trickle(), "slow"));
    assertTrue(slow.getMessage().startsWith("the store is too slow: it sent 61 bytes in 61 s"));
    assertTrue(aborted.get());
  }

  @Test
  void triesAgainWhereTheConnectionWasReset() {
    InputStream reset =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Connection reset");
          }
        };
    assertThrows(RetryableException.class, () -> copy(reset, "reset"));
    assertTrue(aborted.get());
  }

  @Test
  void replacesWhatAFormerAttemptHasLeft() throws Exception {
    Files.writeString(directory.resolve("file"), "a longer text of before");
    assertEquals(3, copy(new ByteArrayInputStream(new byte[] {'n', 'e', 'w'}), "file"));
    assertEquals("new", Files.readString(directory.resolve("file")));
  }

  private long copy(InputStream in, String name) {
    return new TimedDownload(directory.resolve(name), () -> now).copy(in, () -> aborted.set(true));
  }

  private InputStream trickle() {
    return new InputStream() {
      @Override
      public int read() {
        return 'x';
      }

      @Override
      public int read(byte[] bytes, int from, int length) {
        now += TimeUnit.SECONDS.toNanos(1);
        bytes[from] = 'x';
        return 1;
      }
    };
  }
}
