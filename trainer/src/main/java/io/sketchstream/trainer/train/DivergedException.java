package io.sketchstream.trainer.train;

import java.io.Serial;

/// Training came to a number that is none. The message names the iteration and its pictures.
public final class DivergedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  DivergedException(String message) {
    super(message);
  }
}
