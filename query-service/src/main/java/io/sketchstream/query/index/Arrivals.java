package io.sketchstream.query.index;

/// Listener for new records of one shard, and for the moment at which searches see them. It is not
/// called while the shard is restored or is a standby.
///
/// **Threads:** Kafka Streams' calls all but [#mark] and [#visible], which the refresher calls too.
public interface Arrivals {
  /// Ignores everything.
  Arrivals NONE = new Arrivals() {};

  /// Makes the listener of a shard.
  @FunctionalInterface
  interface Factory {
    /// Nobody listens.
    Factory NONE = _ -> Arrivals.NONE;

    Arrivals of(WatchedShard shard);
  }

  /// The shard is fully restored and is the active copy from now on.
  default void start() {}

  /// The shard is not the active copy any more, or is closed.
  default void stop() {}

  /// An image was added and is not visible yet.
  default void arrived(Arrival image) {}

  /// An image was removed, or was not there.
  ///
  /// @param imagesOffset of the record of `images` that did it; -1 where that is not known
  default void removed(String imageId, long imagesOffset) {}

  /// A mark of what has been heard so far. A refresh that begins now shows everything before it.
  default long mark() {
    return 0;
  }

  /// Searches see what had been heard up to a mark.
  default void visible(long mark) {}

  /// Kafka Streams is about to commit the offsets of everything heard so far. Whatever must survive
  /// a crash has to be in Kafka when this returns.
  default void beforeCommit() {}
}
