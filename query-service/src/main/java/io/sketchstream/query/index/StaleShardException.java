package io.sketchstream.query.index;

import java.io.Serial;

/// A shard may miss removals, because it was not read to the end of its topic for longer than the
/// topic is sure to keep them. It has to be reopened, and is then empty.
final class StaleShardException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  StaleShardException(String message) {
    super(message);
  }
}
