package io.sketchstream.query.index;

/// Why a record is no embedding that a shard can take.
final class RefusedEmbeddingException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedEmbeddingException(String reason) {
    super(reason);
  }
}
