package io.sketchstream.query.index;

import io.sketchstream.shell.threads.Niceness;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.MergePolicy.OneMerge;

/// Runs merges concurrently with the writer. Merges of a shard that is being filled have low
/// priority: adding to a graph takes a core, which the searches of the previous generation share.
class MergeThreads extends ConcurrentMergeScheduler {
  /// Large enough that a flushing thread, above all the refresher, never has to wait for merges.
  private static final int MERGES_MAX = 64;

  /// Merges of a shard that run at once; smaller ones first, larger ones pause.
  private static final int THREADS =
      Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);

  private static final int FILLING_NICENESS = 10;

  private final BooleanSupplier filling;
  private final ShardObserver observer;

  MergeThreads(BooleanSupplier filling, ShardObserver observer) {
    this.filling = filling;
    this.observer = observer;
    setMaxMergesAndThreads(MERGES_MAX, THREADS);
  }

  /// On a thread that was made for this merge.
  @Override
  protected void doMerge(MergeSource source, OneMerge merge) throws IOException {
    if (filling.getAsBoolean()) {
      Niceness.ofThisThread(FILLING_NICENESS);
    }
    long start = System.nanoTime();
    super.doMerge(source, merge);
    observer.merged(System.nanoTime() - start);
  }
}
