package io.sketchstream.query.index;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.store.AlreadyClosedException;
import org.jboss.logging.Logger;

/// What searches see of a shard: writes become visible when the refresher comes by, at the shard's
/// own [RefreshPace].
///
/// **Threads:** Kafka Streams' reports writes, the refresher refreshes, any may wait.
final class ShardView implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ShardView.class);

  private final ImageIndex index;
  private final Refresher refresher;
  private final ShardObserver observer;
  private final RefreshPace pace;
  private final Visibility visibility;
  private final AtomicBoolean dirty = new AtomicBoolean();
  private volatile long appliedImagesOffset;

  /// @param imagesOffset how far in `images` the index is as it was opened
  ShardView(ImageIndex index, long imagesOffset, ShardSettings settings) {
    this.index = index;
    this.refresher = settings.refresher();
    this.observer = settings.observer();
    this.pace = new RefreshPace(settings.options().refreshIntervalMax(), System.nanoTime());
    this.visibility = new Visibility(imagesOffset);
    this.appliedImagesOffset = imagesOffset;
    refresher.add(this);
  }

  /// The index has changed, and is this far in `images` now.
  void applied(long imagesOffset) {
    appliedImagesOffset = imagesOffset;
    if (!dirty.getAndSet(true)) {
      refresher.wake();
    }
  }

  /// How far in `images` searches see.
  long imagesOffset() {
    return visibility.imagesOffset();
  }

  /// @return whether searches see as far; false when the time is over or the shard was closed
  boolean await(long imagesOffset, long timeoutNanos) throws InterruptedException {
    return visibility.await(imagesOffset, timeoutNanos, refresher::wake);
  }

  /// Makes what was applied up to now visible at once.
  void refreshNow() throws IOException {
    long reached = appliedImagesOffset;
    index.refresh();
    visibility.advance(reached);
  }

  /// Refreshes if the shard has changed and its pace allows. Called by the refresher alone.
  ///
  /// @return nanoseconds until it wants to be asked again
  long refreshWhenDue() {
    if (!dirty.get()) {
      return Long.MAX_VALUE;
    }
    long start = System.nanoTime();
    long delay = pace.delayNanos(start, visibility.awaited());
    if (delay > 0) {
      return delay;
    }
    dirty.set(false);
    long reached = appliedImagesOffset;
    try {
      index.refresh();
    } catch (AlreadyClosedException e) {
      return Long.MAX_VALUE; // Closed meanwhile; Kafka Streams' thread says why, if it is a fault.
    } catch (IOException e) {
      LOG.errorf(e, "%s can't be refreshed", index);
      return Long.MAX_VALUE;
    }
    long end = System.nanoTime();
    pace.refreshed(start, end);
    observer.refreshed(end - start);
    visibility.advance(reached);
    return Long.MAX_VALUE;
  }

  @Override
  public void close() {
    refresher.remove(this);
    visibility.close();
  }
}
