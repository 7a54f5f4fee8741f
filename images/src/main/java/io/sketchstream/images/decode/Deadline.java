package io.sketchstream.images.decode;

/// Tells a decoding thread that its caller has given up. **Threads:** expired by the caller,
/// checked by the decoder.
final class Deadline {
  private volatile boolean expired;

  /// @throws ExpiredException when the deadline has passed
  void check() {
    if (expired) {
      throw new ExpiredException();
    }
  }

  void expire() {
    expired = true;
  }

  /// Ends a decoder that timed out.
  static final class ExpiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExpiredException() {
      super("took too long", null, false, false);
    }
  }
}
