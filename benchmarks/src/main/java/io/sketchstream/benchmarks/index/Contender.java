package io.sketchstream.benchmarks.index;

/// A vector index that is built from all vectors and then searched with growing effort.
interface Contender extends AutoCloseable {
  /// Neighbours kept for each node, and candidates looked at when one is added: the same for all.
  int MAX_CONN = 16;

  int BEAM_WIDTH = 100;

  String name();

  /// @param vectors unit length; the number of a vector is its id
  void build(float[][] vectors) throws Exception;

  /// Waits for background work to end.
  default void awaitRest() throws Exception {}

  /// Candidates that later searches look at (efSearch).
  void effort(int width) throws Exception;

  /// @return ids, nearest first
  int[] search(float[] query, int k) throws Exception;

  @Override
  void close() throws Exception;
}
