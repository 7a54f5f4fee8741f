package io.sketchstream.trainer.train;

import java.io.Serial;

/// A loss or gradient became NaN or infinite. The message names the iteration and its pictures.
public final class DivergedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  DivergedException(String message) {
    super(message);
  }
}
