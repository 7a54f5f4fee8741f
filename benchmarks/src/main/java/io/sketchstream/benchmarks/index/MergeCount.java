package io.sketchstream.benchmarks.index;

import io.sketchstream.query.index.ShardObserver;
import java.util.concurrent.atomic.LongAdder;

/// Counts the merges of all shards.
///
/// **Threads:** any.
final class MergeCount implements ShardObserver {
  private final LongAdder count = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  @Override
  public void merged(long tookNanos) {
    count.increment();
    nanos.add(tookNanos);
  }

  /// How many there were.
  long count() {
    return count.sum();
  }

  /// The time that they took, all threads together.
  double seconds() {
    return nanos.sum() / 1e9;
  }
}
