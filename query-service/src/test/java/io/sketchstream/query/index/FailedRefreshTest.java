package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.query.index.FailingFiles.Access;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A refresh fails, as where too many files are open, and nothing is written after it.
final class FailedRefreshTest extends ShardStoreFixture {
  /// More than what stays in memory, and so few that they need no graph.
  private static final int BATCH = 900;

  /// A segment's file is opened by a refresh and by merges, and not while it is written.
  private static final String SEGMENT = ".cfs";

  private static final String REFRESHER = "refresher";

  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicInteger failed = new AtomicInteger();

  /// It is refreshed for whoever waits, and hardly otherwise.
  @Test
  void theLastWriteIsSeenNevertheless() throws Exception {
    files = new FailingFiles(this::before);
    ShardStore store = open(directory, ShardObserver.NONE, () -> true);
    long offset = 0;
    while (failed.get() == 0) {
      for (int i = 0; i < BATCH; i++) {
        put(store, offset, "i" + offset, random(i));
        offset++;
      }
      failing.set(true);
      assertTrue(visible(store, offset - 1), failed + " failed");
    }
    assertEquals(1, failed.get());
  }

  private void before(Access access, String file) throws IOException {
    boolean refreshes =
        access == Access.OPEN
            && file.endsWith(SEGMENT)
            && Thread.currentThread().getName().contains(REFRESHER);
    if (refreshes && failing.compareAndSet(true, false)) {
      failed.incrementAndGet();
      throw new IOException(file + ": too many open files");
    }
  }
}
