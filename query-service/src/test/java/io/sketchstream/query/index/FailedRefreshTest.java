package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.query.index.FailingFiles.Access;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A refresh fails, as where too many files are open, and nothing is written after it.
final class FailedRefreshTest extends ShardStoreFixture {
  /// Larger than what stays in memory.
  private static final int BATCH = 4_000;

  /// A segment's file is opened by a refresh, and not while it is written.
  private static final String SEGMENT = ".cfs";

  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicInteger failed = new AtomicInteger();

  @Test
  void theLastWriteIsSeenNevertheless() throws Exception {
    files = new FailingFiles(this::before);
    ShardStore store = open(directory);
    long offset = 0;
    while (failed.get() == 0) {
      failing.set(true);
      for (int i = 0; i < BATCH; i++) {
        put(store, offset, "i" + offset, random(i));
        offset++;
      }
      boolean _ = visible(store, offset - 1);
    }
    assertTrue(visible(store, offset - 1), failed + " failed");
    put(store, offset, "last", axis(0));
    assertTrue(visible(store, offset));
    assertTrue(ids(search(store, axis(0), 1)).contains("last"));
  }

  private void before(Access access, String file) throws IOException {
    boolean reads = access == Access.OPEN && file.endsWith(SEGMENT);
    if (reads && failing.compareAndSet(true, false)) {
      failed.incrementAndGet();
      throw new IOException(file + ": too many open files");
    }
  }
}
