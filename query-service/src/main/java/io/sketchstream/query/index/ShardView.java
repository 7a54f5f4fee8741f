package io.sketchstream.query.index;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Instants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.lucene.store.AlreadyClosedException;
import org.jboss.logging.Logger;

/// What searches see of a shard. Writes become visible when the refresher refreshes it, at the
/// shard's own [RefreshPace].
///
/// **Threads:** Kafka Streams' reports writes, the refresher refreshes, any may wait.
final class ShardView implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ShardView.class);

  /// Silence after which a shard is at rest.
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long FAILED_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long REST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// A shard that was being filled may become searchable at any moment.
  private static final long FILLING_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ImageIndex index;
  private final Refresher refresher;
  private final ShardObserver observer;
  private final RefreshPace pace;
  private final BooleanSupplier filling;
  private final Visibility visibility;
  private final Arrivals arrivals;

  /// Since the last refresh.
  private final AtomicInteger writes = new AtomicInteger();

  private final AtomicLong oldestUnseenMillis = new AtomicLong(Long.MAX_VALUE);
  private volatile long appliedImagesOffset;
  private volatile boolean due;
  // The refresher's alone.
  private long lastRefreshNanos;
  private boolean resting;

  /// @param imagesOffset how far in `images` the index is as it was opened
  /// @param filling whether it is being filled: then writes become visible when they are committed,
  ///   or a search waits for them, and otherwise as seldom as while merges are behind
  /// @param arrivals notified of what became visible
  ShardView(
      ImageIndex index,
      long imagesOffset,
      ShardSettings settings,
      BooleanSupplier filling,
      Arrivals arrivals) {
    this.arrivals = arrivals;
    this.index = index;
    this.refresher = settings.refresher();
    this.observer = settings.observer();
    this.pace = new RefreshPace(settings.options().refreshIntervalMax(), System.nanoTime());
    this.filling = filling;
    this.visibility = new Visibility(imagesOffset);
    this.appliedImagesOffset = imagesOffset;
    this.lastRefreshNanos = System.nanoTime();
    refresher.add(this);
  }

  /// An image with this time of arrival was added.
  void put(Timestamp ingestedAt) {
    oldestUnseenMillis.accumulateAndGet(Instants.of(ingestedAt).toEpochMilli(), Math::min);
  }

  /// Records of `images` that were processed before are processed again, from this one on. Until
  /// the last of them, the index may have images that were removed or changed since.
  void retreat(long imagesOffset) {
    appliedImagesOffset = imagesOffset;
    visibility.retreat(imagesOffset);
  }

  /// The index has changed and now includes `images` up to this offset.
  void applied(long imagesOffset) {
    appliedImagesOffset = imagesOffset;
    if (writes.getAndIncrement() == 0) {
      refresher.wake();
    }
  }

  /// What was applied up to now is durable.
  void committed() {
    due = true;
    refresher.wake();
  }

  /// The number of its last retreat.
  long lastRetreat() {
    return visibility.lastRetreat();
  }

  /// How far in `images` searches see.
  long imagesOffset() {
    return visibility.imagesOffset();
  }

  /// @return whether searches see as far; false at the timeout or when the shard was closed
  boolean await(long imagesOffset, long timeoutNanos) throws InterruptedException {
    return visibility.await(imagesOffset, timeoutNanos, refresher::wake);
  }

  /// Makes what was applied up to now visible at once.
  void refreshNow() {
    long lastRetreat = visibility.lastRetreat();
    long reached = appliedImagesOffset;
    oldestUnseenMillis.set(Long.MAX_VALUE); // A shard that was filled has no news.
    long mark = arrivals.mark();
    try {
      index.refresh();
    } catch (IOException e) {
      throw new UncheckedIOException(index + " can't be read", e);
    }
    visibility.advance(reached, lastRetreat);
    arrivals.visible(mark);
  }

  /// Refreshes if the shard has changed and its pace allows. Called by the refresher alone.
  ///
  /// @return nanoseconds until it should be called again
  long refreshWhenDue() {
    long start = System.nanoTime();
    try {
      int unseen = writes.get();
      if (unseen == 0) {
        return rest(start);
      }
      boolean fills = filling.getAsBoolean();
      boolean behind = fills || index.behind();
      long delay = pace.delayNanos(start, unseen, visibility.awaited(), behind);
      if (delay > 0 && !(fills && due)) {
        return fills ? Math.min(delay, FILLING_LOOK_NANOS) : delay;
      }
      refresh(start, !fills);
    } catch (AlreadyClosedException e) {
      return Long.MAX_VALUE; // Closed meanwhile; Kafka Streams' thread says why, if it is a fault.
    } catch (IOException e) {
      LOG.errorf(e, "%s can't be refreshed", index);
      return FAILED_RETRY_NANOS;
    }
    return Long.MAX_VALUE;
  }

  /// @param news whether the images that become visible are new
  private void refresh(long start, boolean news) throws IOException {
    if (resting) {
      resting = false;
      index.rest(false);
    }
    int unseen = writes.getAndSet(0);
    due = false;
    long lastRetreat = visibility.lastRetreat();
    long reached = appliedImagesOffset;
    long oldestMillis = oldestUnseenMillis.getAndSet(Long.MAX_VALUE);
    long mark = arrivals.mark();
    try {
      index.refresh();
    } catch (IOException | RuntimeException e) {
      writes.addAndGet(unseen); // Else the last write would wait for the next one to be seen.
      throw e;
    }
    long end = System.nanoTime();
    lastRefreshNanos = end;
    pace.refreshed(start, end);
    observer.refreshed(end - start);
    visibility.advance(reached, lastRetreat);
    arrivals.visible(mark);
    if (news && oldestMillis != Long.MAX_VALUE) {
      observer.visible(Instant.ofEpochMilli(oldestMillis));
    }
  }

  /// Nothing was written recently: the result of merges becomes visible, and after a while the
  /// shard is merged further.
  private long rest(long now) throws IOException {
    long silence = now - lastRefreshNanos;
    if (silence >= REST_LOOK_NANOS) {
      index.refresh();
      if (!resting && silence >= REST_NANOS) {
        resting = true;
        index.rest(true);
      }
    }
    return REST_LOOK_NANOS;
  }

  @Override
  public void close() {
    refresher.remove(this);
    visibility.close();
  }
}
