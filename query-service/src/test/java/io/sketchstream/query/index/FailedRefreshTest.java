package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.junit.jupiter.api.Test;

/// A file can't be read when a shard is refreshed.
final class FailedRefreshTest extends ShardStoreFixture {
  private final AtomicInteger failures = new AtomicInteger();

  @Test
  void whoWaitsIsAnsweredAfterTheNextRefresh() throws Exception {
    try (ImageIndex index =
            ImageIndex.open(
                new Failing(FSDirectory.open(directory)),
                IndexOptions.defaults(),
                new MergeThreads(() -> false, ShardObserver.NONE));
        ShardView view = new ShardView(index, -1, settings(), () -> false, Arrivals.NONE)) {
      index.put("a", axis(0), Vectors.event("a", axis(0)));
      failures.set(1);
      view.applied(7);
      assertTrue(view.await(7, Duration.ofSeconds(60).toNanos()));
      assertEquals(0, failures.get(), "it did not fail");
      assertEquals(
          List.of("a"), ids(index.search(KnnQueries.sketch(axis(0), 10)).getByVectorList()));
    }
  }

  private ShardSettings settings() {
    return new ShardSettings(
        IndexOptions.defaults(),
        refresher,
        new OpenShards(),
        ShardObserver.NONE,
        _ -> false,
        InstantSource.system());
  }

  /// Fails to open files, as often as is wanted.
  private final class Failing extends FilterDirectory {
    Failing(Directory directory) {
      super(directory);
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IOException("a fault of the disk");
      }
      return super.openInput(name, context);
    }
  }
}
