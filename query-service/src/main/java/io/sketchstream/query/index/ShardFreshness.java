package io.sketchstream.query.index;

import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Whether a shard can be trusted to hold what its topic says. It can't if it was behind for so
/// long that removals may be gone from the topic, or if the topic has lost records that it applied.
/// Then it does not answer, and is rebuilt.
///
/// **Threads:** one reports the end of the topic, Kafka Streams' requires, any may ask.
final class ShardFreshness {
  private static final Logger LOG = Logger.getLogger(ShardFreshness.class);

  private final TopicPartition changelog;
  private final ShardWriter writer;
  private volatile State state = State.FRESH;

  private enum State {
    FRESH,
    /// It may have missed removals. Its commit is old, so it is rebuilt as it is opened.
    STALE,
    /// It has more than the topic. Its commit is recent and has to be deleted.
    AHEAD
  }

  ShardFreshness(TopicPartition changelog, ShardWriter writer) {
    this.changelog = changelog;
    this.writer = writer;
  }

  boolean isFresh() {
    return state == State.FRESH;
  }

  /// Reports the end of the topic at some time. A shard that has been behind for too long is stale
  /// from then on.
  ///
  /// @param end the offset after the last record
  /// @param millis the time, milliseconds since 1970
  void ended(long end, long millis) {
    if (writer.appliedOffset() + 1 >= end) {
      writer.missesNothing(millis);
    } else if (isFresh() && writer.isStale()) {
      LOG.warnf("%s was last read to its end too long ago: it is rebuilt", changelog);
      state = State.STALE;
    }
  }

  /// Reports that the topic ended before a record that was already applied: Kafka lost it with the
  /// power, or was restored from a backup.
  ///
  /// @param end the offset after the last record
  void endedBefore(long end) {
    if (isFresh()) {
      LOG.warnf("%s ends at %d, before what was applied: it is rebuilt", changelog, end);
      state = State.AHEAD;
    }
  }

  /// Kafka Streams' thread.
  ///
  /// @throws StaleShardException when it is not fresh
  void require() {
    if (state == State.AHEAD) {
      writer.forget();
    }
    if (!isFresh()) {
      throw new StaleShardException(changelog + " may miss images, or removals of images");
    }
  }
}
