package io.sketchstream.query.index;

import java.io.Serial;

/// A shard may miss removals, because it was not read to the end of its topic for longer than the
/// topic keeps them for sure. It has to be opened anew, and is empty then.
final class StaleShardException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  StaleShardException(String message) {
    super(message);
  }
}
