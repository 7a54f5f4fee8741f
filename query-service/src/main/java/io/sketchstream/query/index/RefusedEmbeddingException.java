package io.sketchstream.query.index;

/// Why a record is not an embedding that a shard accepts.
final class RefusedEmbeddingException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedEmbeddingException(String reason) {
    super(reason);
  }
}
