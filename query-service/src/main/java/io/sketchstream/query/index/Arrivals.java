package io.sketchstream.query.index;

/// Hears what comes into one shard as it comes, not while the shard is filled or stands by, and
/// when searches see it.
///
/// **Threads:** Kafka Streams' calls all but [#mark] and [#visible], which the refresher calls too.
public interface Arrivals {
  /// Hears nothing.
  Arrivals NONE = new Arrivals() {};

  /// Makes the listener of a shard.
  @FunctionalInterface
  interface Factory {
    /// Nobody listens.
    Factory NONE = _ -> Arrivals.NONE;

    Arrivals of(WatchedShard shard);
  }

  /// The shard is restored to its end, and is the active copy from now on.
  default void start() {}

  /// The shard is not the active copy any more, or is closed.
  default void stop() {}

  /// An image was put in, and is not visible yet.
  default void arrived(Arrival image) {}

  /// An image was taken out, or was not there.
  ///
  /// @param imagesOffset of the record of `images` that did it; -1 where that is not known
  default void removed(String imageId, long imagesOffset) {}

  /// How much has been heard. What was put in before this is seen by a refresh that begins now.
  default long mark() {
    return 0;
  }

  /// Searches see what had been heard up to a mark.
  default void visible(long mark) {}

  /// Kafka Streams is about to commit the offsets of all that was heard: what must not be lost in a
  /// crash has to be in Kafka when this returns.
  default void beforeCommit() {}
}
