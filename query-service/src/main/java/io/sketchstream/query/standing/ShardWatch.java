package io.sketchstream.query.standing;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.query.index.Arrival;
import io.sketchstream.query.index.Arrivals;
import io.sketchstream.query.index.ImageFields;
import io.sketchstream.query.index.ShardReader;
import io.sketchstream.query.index.WatchedShard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.lucene.store.AlreadyClosedException;
import org.jboss.logging.Logger;

/// The new images of one shard that were not compared yet. An image waits here until searches see
/// it; then it is compared with all standing queries. Before Kafka Streams commits the offsets of
/// new records, their matches are written and acknowledged. So a crash repeats the rest, and
/// [MatchLog] prevents duplicate reports. While it is not decided whether this shard reports
/// matches, or Kafka refuses them, commits continue: images of that time are compared later.
///
/// ```
/// HOLDING ──> REPORTING <──> SILENT      REPORTING: the generation is active. SILENT: another one is.
/// ```
///
/// **Threads:** Kafka Streams' thread adds images and reports before commits, the refresher marks
/// what is visible, the matcher decides and reports.
final class ShardWatch implements Arrivals {
  private static final Logger LOG = Logger.getLogger(ShardWatch.class);

  /// Images in one matrix product.
  private static final int BATCH_SIZE = 64;

  /// Most images that wait; beyond it, Kafka Streams' thread compares them itself.
  private static final int WAITING_MAX = 2_048;

  /// Most images that are compared again.
  private static final int CATCH_UP_MAX = 100_000;

  private static final Duration ACKNOWLEDGED_MAX = Duration.ofSeconds(30);

  private final WatchedShard shard;
  private final Matcher matcher;
  private final MatchPublisher publisher;
  private final ReentrantLock reporting = new ReentrantLock();
  private final Unseen unseen = new Unseen();
  private final MissedRemovals missedRemovals; // Guarded by `reporting`.
  private volatile State state = State.SILENT;
  private final AtomicInteger comparisons = new AtomicInteger(); // Under way.
  private final Unacknowledged sent = new Unacknowledged(); // Guarded by `reporting`.

  /// Whether matches are reported.
  enum State {
    /// Not decided yet: new images wait.
    HOLDING,
    REPORTING,
    SILENT
  }

  ShardWatch(WatchedShard shard, Matcher matcher, MatchPublisher publisher) {
    this.shard = shard;
    this.matcher = matcher;
    this.publisher = publisher;
    this.missedRemovals = new MissedRemovals(shard, publisher);
  }

  Generation generation() {
    return shard.generation();
  }

  /// How many images the shard has; 0 when it was closed meanwhile.
  int documents() {
    return unlessClosed(() -> shard.reader().documents(), 0);
  }

  /// Estimate, from this shard's share, of the gallery's images ingested at a time or later; 0 when
  /// it was closed meanwhile.
  double imagesSince(long micros) {
    return unlessClosed(() -> (double) shard.reader().countSince(micros) * shard.partitions(), 0.0);
  }

  /// Some of its vectors; none when it was closed meanwhile.
  List<float[]> sample(int countMax) {
    return unlessClosed(() -> shard.reader().sample(countMax), List.of());
  }

  private static <T> T unlessClosed(Supplier<T> reading, T otherwise) {
    try {
      return reading.get();
    } catch (AlreadyClosedException e) {
      return otherwise;
    }
  }

  State state() {
    return state;
  }

  @Override
  public void start() {
    hold();
    matcher.add(this);
  }

  @Override
  public void stop() {
    matcher.remove(this);
    beSilent();
  }

  @Override
  public void arrived(Arrival image) {
    hear(new Unseen.CameIn(image));
  }

  @Override
  public void removed(String imageId, long imagesOffset) {
    hear(new Unseen.WentOut(imageId, imagesOffset));
  }

  private void hear(Unseen.Change change) {
    if (state == State.SILENT || (state == State.REPORTING && isOfNoConcern(change))) {
      return;
    }
    if (unseen.add(change) > WAITING_MAX) {
      beforeCommit();
    }
  }

  /// True for most images if there are few queries or none. A new image first waits, then is
  /// compared, then is in the log. A removal has to check in this order not to miss it.
  private boolean isOfNoConcern(Unseen.Change change) {
    return switch (change) {
      case Unseen.CameIn _ -> matcher.watched().isEmpty();
      case Unseen.WentOut(String imageId, long _) ->
          unseen.isEmpty() && comparisons.get() == 0 && publisher.log().ofImage(imageId).isEmpty();
    };
  }

  @Override
  public long mark() {
    return unseen.mark();
  }

  @Override
  public void visible(long mark) {
    if (unseen.visible(mark)) {
      matcher.wake();
    }
  }

  /// Not decided whether matches are reported.
  void hold() {
    state = State.HOLDING;
  }

  /// The generation of this shard is not the active one, so it does not report.
  void beSilent() {
    state = State.SILENT;
    unseen.clear();
  }

  /// The generation is active. Matches of new images are reported from now on. Recent images are
  /// compared again, as their matches may not have been reported while the queries, or the
  /// generation, were not known here yet. Matches of removed images are withdrawn.
  ///
  /// @param sinceMicros earliest time of ingestion of the recent images
  void beTelling(long sinceMicros) {
    long since;
    reporting.lock();
    try {
      missedRemovals.begin();
      since = Math.min(sinceMicros, sent.sinceMicros()); // Before a commit forgets it.
      sent.forgetFailed();
      state = State.REPORTING;
    } finally {
      reporting.unlock();
    }
    catchUp(matcher.watched(), since);
  }

  /// Compares recent images with some queries. If the shard is closed meanwhile, this is done when
  /// it is opened again, in whatever process.
  void catchUp(Watched queries, long sinceMicros) {
    if (queries.isEmpty()) {
      return;
    }
    comparisons.incrementAndGet();
    try {
      shard.refreshNow();
      compareSince(queries, sinceMicros);
    } catch (AlreadyClosedException e) {
      LOG.debugf("a shard of %s was closed while it caught up", generation());
    } finally {
      comparisons.decrementAndGet();
    }
  }

  private void compareSince(Watched queries, long sinceMicros) {
    ShardReader images = shard.reader();
    int left = images.countSince(sinceMicros) - CATCH_UP_MAX;
    if (left > 0) {
      LOG.warnf("%s: %d older images of a shard are not compared again", generation(), left);
    }
    images.since(sinceMicros, CATCH_UP_MAX, BATCH_SIZE, batch -> compare(queries, batch));
  }

  private void compare(Watched queries, List<Arrival> images) {
    reporting.lock();
    try {
      publish(queries, images);
    } finally {
      reporting.unlock();
    }
  }

  /// Reports the matches of images that searches see.
  void tellVisible() {
    if (state != State.REPORTING) {
      return;
    }
    comparisons.incrementAndGet();
    reporting.lock();
    try {
      Watched watched = matcher.watched();
      List<Arrival> images = new ArrayList<>();
      for (var next = unseen.take(); next.isPresent(); next = unseen.take()) {
        switch (next.get()) {
          case Unseen.CameIn(Arrival image) -> images.add(image);
          case Unseen.WentOut(String imageId, long imagesOffset) -> {
            publish(watched, images);
            images.clear();
            sent.add(publisher.withdraw(imageId, shard.position(imagesOffset)));
          }
        }
        if (images.size() == BATCH_SIZE) {
          publish(watched, images);
          images.clear();
        }
      }
      publish(watched, images);
      sent.addAll(missedRemovals.withdraw());
      sent.forgetDone();
    } finally {
      reporting.unlock();
      comparisons.decrementAndGet();
    }
  }

  private void publish(Watched queries, List<Arrival> images) {
    if (!images.isEmpty() && !queries.isEmpty()) {
      long seenAtLeast = shard.imagesOffset();
      List<Matching.Match> matches =
          Matching.of(queries, images, shard.reader(), publisher.clock().instant());
      ImagePosition seenAtMost = shard.position(shard.imagesOffset());
      matches.forEach(match ->
          sent.add(
              publisher.publish(generation(), match, seenAtLeast, seenAtMost),
              ImageFields.micros(match.image().ingestedAt())));
    }
  }

  /// When Kafka does not accept a match, the commit continues, and the match is reported later. The
  /// other shards do not wait for Kafka then: they share a thread, which Kafka would miss.
  @Override
  public void beforeCommit() {
    if (state == State.HOLDING && unseen.size() > WAITING_MAX) {
      unseen.clear(); // Images are in the index when it is decided, and are compared from there.
    }
    if (state != State.REPORTING) {
      return; // The index never waits for a decision.
    }
    if (publisher.isRefused()) {
      hold();
      return;
    }
    if (!unseen.isEmpty()) {
      shard.refreshNow();
      tellVisible();
    }
    awaitAcknowledged();
  }

  private void awaitAcknowledged() {
    reporting.lock();
    try {
      sent.await(ACKNOWLEDGED_MAX)
          .ifPresent(e -> {
            LOG.errorf("%s: matches can't be written and are tried again: %s", generation(), e);
            publisher.refused();
            hold();
          });
    } finally {
      reporting.unlock();
    }
  }
}
