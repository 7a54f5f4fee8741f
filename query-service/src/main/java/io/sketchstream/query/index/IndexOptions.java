package io.sketchstream.query.index;

import java.time.Duration;

/// How a shard is built and kept.
///
/// @param vectors what the graph compares
/// @param maxConn neighbours kept for each node of the graph (M in the HNSW paper)
/// @param beamWidth candidates looked at when a node is added (efConstruction)
/// @param searchWidth candidates looked at by a search at least (efSearch)
/// @param ramBufferSizeMax bytes of not yet flushed vectors and graph that a shard may hold
/// @param commitRecordsMax records applied after which a commit is asked for
/// @param refreshIntervalMax longest time between two refreshes of a shard that changes
/// @param awayMax age of the last applied record after which a shard is rebuilt when it is opened:
///   the topic may have dropped tombstones since, and removed images would stay
public record IndexOptions(
    VectorFormat vectors,
    int maxConn,
    int beamWidth,
    int searchWidth,
    long ramBufferSizeMax,
    int commitRecordsMax,
    Duration refreshIntervalMax,
    Duration awayMax) {

  /// The defaults.
  public static IndexOptions defaults() {
    return new IndexOptions(
        VectorFormat.FLOAT32,
        16,
        100,
        160,
        64L << 20,
        20_000,
        Duration.ofMillis(250),
        Duration.ofDays(15));
  }

  /// A copy with another format of vectors.
  public IndexOptions with(VectorFormat other) {
    return new IndexOptions(
        other,
        maxConn,
        beamWidth,
        searchWidth,
        ramBufferSizeMax,
        commitRecordsMax,
        refreshIntervalMax,
        awayMax);
  }

  /// A copy with another width of searches.
  public IndexOptions withSearchWidth(int width) {
    return new IndexOptions(
        vectors,
        maxConn,
        beamWidth,
        width,
        ramBufferSizeMax,
        commitRecordsMax,
        refreshIntervalMax,
        awayMax);
  }
}
