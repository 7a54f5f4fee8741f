package io.sketchstream.query.standing;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.query.index.Arrival;
import io.sketchstream.query.index.Arrivals;
import io.sketchstream.query.index.WatchedShard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.lucene.store.AlreadyClosedException;
import org.jboss.logging.Logger;

/// What came into one shard and is not told yet. An image waits here until searches see it; then it
/// is compared with all standing queries. Before Kafka Streams commits the offsets of what came in,
/// all of it is told and acknowledged: a crash repeats what was not, and what was told already is
/// not told again, since [MatchLog] knows it. While it is not decided whether this shard tells,
/// commits go on: what came in meanwhile is compared from the index afterwards.
///
/// ```
/// HOLDING ──> TELLING <──> SILENT      TELLING: the generation is active. SILENT: another one is.
/// ```
///
/// **Threads:** Kafka Streams' hears and tells before commits, the refresher says what is visible,
/// the matcher decides and tells.
final class ShardWatch implements Arrivals {
  private static final Logger LOG = Logger.getLogger(ShardWatch.class);

  /// Images in one product of matrices.
  private static final int BATCH_SIZE = 64;

  /// Images that wait; with more, Kafka Streams' thread makes them visible and tells them itself.
  private static final int WAITING_MAX = 2_048;

  /// Images that are compared once more.
  private static final int CATCH_UP_MAX = 100_000;

  private static final Duration ACKNOWLEDGED_MAX = Duration.ofSeconds(30);

  private final WatchedShard shard;
  private final Matcher matcher;
  private final MatchTeller teller;
  private final ReentrantLock telling = new ReentrantLock();
  private final Unseen unseen = new Unseen();
  private final MissedRemovals missedRemovals; // Guarded by `telling`.
  private volatile State state = State.SILENT;
  private final AtomicInteger comparisons = new AtomicInteger(); // Under way.
  private final Unacknowledged sent = new Unacknowledged(); // Guarded by `telling`.

  /// Whether matches are told.
  enum State {
    /// That is not decided yet: what comes in waits.
    HOLDING,
    TELLING,
    SILENT
  }

  ShardWatch(WatchedShard shard, Matcher matcher, MatchTeller teller) {
    this.shard = shard;
    this.matcher = matcher;
    this.teller = teller;
    this.missedRemovals = new MissedRemovals(shard, teller);
  }

  Generation generation() {
    return shard.generation();
  }

  /// How many images the shard has; 0 when it was closed meanwhile.
  int documents() {
    return unlessClosed(() -> shard.reader().documents(), 0);
  }

  /// How many images the gallery has that came in at a time or later, as this shard's share tells;
  /// 0 when it was closed meanwhile.
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
    if (state == State.SILENT || (state == State.TELLING && isOfNoConcern(change))) {
      return;
    }
    if (unseen.add(change) > WAITING_MAX) {
      beforeCommit();
    }
  }

  /// Most images are, where there are few queries or none. An image that came in waits, then is
  /// compared, then is in the log: a removal has to look in that order not to miss it.
  private boolean isOfNoConcern(Unseen.Change change) {
    return switch (change) {
      case Unseen.CameIn _ -> matcher.watched().isEmpty();
      case Unseen.WentOut(String imageId, long _) ->
          unseen.isEmpty() && comparisons.get() == 0 && teller.log().ofImage(imageId).isEmpty();
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

  /// It is not known whether matches are told.
  void hold() {
    state = State.HOLDING;
  }

  /// The generation of this shard is not the active one: another one tells.
  void beSilent() {
    state = State.SILENT;
    unseen.clear();
  }

  /// The generation is active: what comes in from now on is told, and what came in lately is
  /// compared once more, since nobody may have told it: the queries, or the generation, were not
  /// known here yet. What was told of images that are gone is withdrawn.
  ///
  /// @param sinceMicros of their ingestion
  void beTelling(long sinceMicros) {
    state = State.TELLING;
    telling.lock();
    try {
      missedRemovals.begin();
    } finally {
      telling.unlock();
    }
    catchUp(matcher.watched(), sinceMicros);
  }

  /// Compares what came in lately with some queries. A shard that is closed meanwhile does so when
  /// it begins anew, wherever that is.
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
    List<Arrival> batch = new ArrayList<>(BATCH_SIZE);
    shard
        .reader()
        .since(
            sinceMicros,
            CATCH_UP_MAX,
            image -> {
              batch.add(image);
              if (batch.size() == BATCH_SIZE) {
                compare(queries, batch);
                batch.clear();
              }
            });
    compare(queries, batch);
  }

  private void compare(Watched queries, List<Arrival> images) {
    telling.lock();
    try {
      tell(queries, images);
    } finally {
      telling.unlock();
    }
  }

  /// Tells what searches see.
  void tellVisible() {
    if (state != State.TELLING) {
      return;
    }
    comparisons.incrementAndGet();
    telling.lock();
    try {
      Watched watched = matcher.watched();
      List<Arrival> images = new ArrayList<>();
      for (var next = unseen.take(); next.isPresent(); next = unseen.take()) {
        switch (next.get()) {
          case Unseen.CameIn(Arrival image) -> images.add(image);
          case Unseen.WentOut(String imageId, long imagesOffset) -> {
            tell(watched, images);
            images.clear();
            sent.add(teller.withdraw(imageId, shard.position(imagesOffset)));
          }
        }
        if (images.size() == BATCH_SIZE) {
          tell(watched, images);
          images.clear();
        }
      }
      tell(watched, images);
      sent.addAll(missedRemovals.withdraw());
      sent.forgetDone();
    } finally {
      telling.unlock();
      comparisons.decrementAndGet();
    }
  }

  private void tell(Watched queries, List<Arrival> images) {
    if (!images.isEmpty() && !queries.isEmpty()) {
      long seenAtLeast = shard.imagesOffset();
      List<Matching.Match> matches =
          Matching.of(queries, images, shard.reader(), teller.clock().instant());
      ImagePosition seenAtMost = shard.position(shard.imagesOffset());
      matches.forEach(match -> sent.add(teller.tell(generation(), match, seenAtLeast, seenAtMost)));
    }
  }

  /// @throws IllegalStateException when Kafka does not take what is told: then nothing is committed
  @Override
  public void beforeCommit() {
    if (state == State.HOLDING && unseen.size() > WAITING_MAX) {
      unseen.clear(); // Images are in the index when it is decided, and are compared from there.
    }
    if (state != State.TELLING) {
      return; // The index never waits for a decision.
    }
    if (!unseen.isEmpty()) {
      shard.refreshNow();
      tellVisible();
    }
    awaitAcknowledged();
  }

  private void awaitAcknowledged() {
    telling.lock();
    try {
      sent.await(ACKNOWLEDGED_MAX);
    } finally {
      telling.unlock();
    }
  }
}
