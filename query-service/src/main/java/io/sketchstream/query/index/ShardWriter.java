package io.sketchstream.query.index;

import io.sketchstream.events.EventHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.jboss.logging.Logger;

/// Writes one shard: applies records of the embeddings topic and commits them together with the
/// offsets they reach.
///
/// The index of an earlier start is reused only if its commit says that it was built from the same
/// topic, in the same format, up to a known offset, and that it was complete recently enough that
/// the topic can't have dropped tombstones since. Otherwise it is emptied and rebuilt from the
/// topic. The same applies to an open shard: if it was not known to be complete for that long and
/// then finds records missing, it fails and is reopened.
///
/// Each owner of the partition in embed-service writes in a higher term than the owners before it.
/// A record of a lower term than one before it was written late, by an owner that had lost the
/// partition. It is not applied: it may be older than what is in the shard, and the position would
/// not tell. The owner answers the same images again.
///
/// **Threads:** Kafka Streams'; any may read the positions and call [#missesNothing].
final class ShardWriter {
  private static final Logger LOG = Logger.getLogger(ShardWriter.class);

  /// Interval of commits of a quiet shard, which record that it is complete.
  private static final Duration QUIET_MAX = Duration.ofHours(1);

  /// Clocks of machines may differ by this much.
  private static final Duration FUTURE_MAX = Duration.ofMinutes(10);

  private final ImageIndex index;
  private final TopicPartition changelog;
  private final ShardSettings settings;
  private final EmbeddingReader embeddings;
  private ShardCommit committed;
  private final AtomicLong currentAt;
  private long term;
  private long recordsSinceCommit;
  private volatile Instant lastCommit = Instant.EPOCH;
  private volatile long appliedOffset;
  private volatile long appliedImagesOffset;

  /// @param topicId Kafka's id of the embeddings topic; a recreated topic has a different one
  ShardWriter(ImageIndex index, TopicPartition changelog, String topicId, ShardSettings settings)
      throws IOException {
    this.index = index;
    this.changelog = changelog;
    this.settings = settings;
    ShardCommit found = ShardCommit.parse(index.committedState());
    if (found.continues(changelog, topicId) && found.isWithin(oldest(), latest())) {
      committed = found;
      currentAt = new AtomicLong(found.time() > 0 ? found.time() : settings.clock().millis());
    } else {
      committed = ShardCommit.none(topicId);
      currentAt = new AtomicLong(settings.clock().millis()); // An empty index has no ghosts.
      if (index.size().documents() > 0) {
        LOG.warnf(
            "%s is emptied and rebuilt: its commit %s is too old, in the future, or"
                + " not of topic %s",
            changelog, found, topicId);
        index.clear();
      }
    }
    embeddings = new EmbeddingReader(committed.dimension());
    appliedOffset = committed.offsets().getOrDefault(changelog, -1L);
    appliedImagesOffset = committed.imagesOffset();
    term = committed.term();
  }

  /// Takes one record, and applies it unless it was written late. A null value, or a record that is
  /// not an embedding of this generation, removes the image: it has no vector now.
  ///
  /// @param view notified of added images
  /// @param arrivals notified of added and removed images
  /// @throws StaleShardException when a tombstone before this record may have been missed
  void apply(EmbeddingRecord record, ShardView view, Arrivals arrivals) {
    requireNoGap(record.offset());
    long recordTerm = EventHeaders.term(record.headers(), record.offset()).orElse(term);
    if (recordTerm >= term) {
      term = recordTerm;
      change(record, view, arrivals);
    } else {
      LOG.debugf("%s at offset %d was written late", changelog, record.offset());
    }
    appliedOffset = record.offset();
    missesNothing(Math.min(record.time(), settings.clock().millis()));
    recordsSinceCommit++;
  }

  private void requireNoGap(long offset) {
    if (offset > appliedOffset + 1 && isStale()) {
      throw new StaleShardException(
          "%s may have missed removals since %s: record %d does not follow record %d, %s"
              .formatted(
                  changelog,
                  Instant.ofEpochMilli(currentAt.get()),
                  offset,
                  appliedOffset,
                  "it is rebuilt"));
    }
  }

  private void change(EmbeddingRecord record, ShardView view, Arrivals arrivals) {
    byte[] key = record.key();
    long imagesOffset = EventHeaders.imagesOffset(record.headers()).orElse(appliedImagesOffset);
    if (imagesOffset < appliedImagesOffset) {
      view.retreat(imagesOffset);
    }
    try {
      embeddings
          .read(key, record.value())
          .ifPresentOrElse(
              embedded -> put(embedded, view, arrivals),
              () -> remove(EmbeddingReader.imageId(key), imagesOffset, arrivals));
    } catch (RefusedEmbeddingException e) {
      LOG.warnf("%s at offset %d is skipped: %s", changelog, record.offset(), e.getMessage());
      settings.observer().refused();
      remove(EmbeddingReader.imageId(key), imagesOffset, arrivals);
    }
    appliedImagesOffset = imagesOffset;
    view.applied(appliedImagesOffset);
  }

  private void put(EmbeddingReader.Embedded embedded, ShardView view, Arrivals arrivals) {
    try {
      index.put(embedded.image().getImageId(), embedded.vector(), embedded.image());
      if (embedded.image().hasIngestedAt()) {
        view.put(embedded.image().getIngestedAt());
      }
      arrivals.arrived(Arrival.of(embedded.image(), embedded.vector()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remove(String imageId, long imagesOffset, Arrivals arrivals) {
    try {
      index.remove(imageId);
      arrivals.removed(imageId, imagesOffset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether enough records were applied that an early commit is due.
  boolean commitDue() {
    return recordsSinceCommit >= settings.options().commitRecordsMax();
  }

  /// Makes the shard durable together with the offsets it has reached.
  ///
  /// @param change of the offsets, in Kafka Streams' terms
  /// @return whether there was anything to commit
  boolean commit(Map<TopicPartition, Long> change) {
    long time = currentAt.get();
    if (recordsSinceCommit == 0 && time - committed.time() < QUIET_MAX.toMillis()) {
      time = committed.time(); // No commit for the time alone.
    }
    ShardCommit next =
        committed.next(
            committed.with(change), appliedImagesOffset, time, term, embeddings.dimension());
    if (recordsSinceCommit == 0 && next.equals(committed) && !index.hasUncommittedChanges()) {
      return false;
    }
    long start = System.nanoTime();
    try {
      index.commit(next.state());
    } catch (IOException e) {
      throw new UncheckedIOException("shard " + changelog + " can't be made durable", e);
    }
    committed = next;
    recordsSinceCommit = 0;
    lastCommit = settings.clock().instant();
    settings.observer().committed(System.nanoTime() - start);
    return true;
  }

  /// Empties the shard, and whoever opens it again begins at the start of the topic.
  void forget() {
    try {
      index.clear();
      index.commit(ShardCommit.none(committed.topicId()).state());
    } catch (IOException e) {
      throw new UncheckedIOException("shard " + changelog + " can't be emptied", e);
    }
  }

  /// The shard had applied everything that the topic had at some time.
  ///
  /// @param millis since 1970
  void missesNothing(long millis) {
    long latest = latest().toEpochMilli(); // A time beyond it was of a clock that was wrong.
    currentAt.accumulateAndGet(
        millis, (before, now) -> before > latest ? now : Math.max(before, now));
  }

  /// Whether it was last known to be complete so long ago that it may miss a tombstone, or at a
  /// time that is still to come, so that nobody knows how long ago that was.
  boolean isStale() {
    long at = currentAt.get();
    return at < oldest().toEpochMilli() || at > latest().toEpochMilli();
  }

  private Instant latest() {
    return settings.clock().instant().plus(FUTURE_MAX);
  }

  private Instant oldest() {
    return settings.clock().instant().minus(settings.options().awayMax());
  }

  /// The next offset of the changelog as of the last commit; null when there is none.
  Long committedOffset(TopicPartition partition) {
    return committed.offsets().get(partition);
  }

  /// Dimension of the embeddings; 0 before the first.
  int dimension() {
    return embeddings.dimension();
  }

  /// Last record of the embeddings topic that was applied; -1 before the first.
  long appliedOffset() {
    return appliedOffset;
  }

  /// That record as a position of Kafka Streams; empty before the first.
  Position position() {
    return appliedOffset < 0
        ? Position.emptyPosition()
        : Position.emptyPosition()
            .withComponent(changelog.topic(), changelog.partition(), appliedOffset);
  }

  /// Whether the records up to a required offset were applied.
  boolean reached(PositionBound wanted) {
    return wanted
            .position()
            .getPartitionPositions(changelog.topic())
            .getOrDefault(changelog.partition(), -1L)
        <= appliedOffset;
  }

  /// The record of `images` that the last one applied answers; -1 before the first.
  long appliedImagesOffset() {
    return appliedImagesOffset;
  }

  /// Time of the last commit; the epoch if there was none since it was opened.
  Instant lastCommit() {
    return lastCommit;
  }
}
