package io.sketchstream.encoder.pixels;

/// Tells a decoding thread that nobody waits for it any more. **Threads:** expired by the caller,
/// checked by the decoder.
final class Deadline {
  private Runnable onExpiry = () -> {};
  private volatile boolean expired;

  /// @throws ExpiredException when the time is over
  void check() {
    if (expired) {
      throw new ExpiredException();
    }
  }

  /// What to do besides, when the time is over; at once when it is already.
  synchronized void onExpiry(Runnable action) {
    onExpiry = action;
    if (expired) {
      action.run();
    }
  }

  synchronized void expire() {
    expired = true;
    onExpiry.run();
  }

  /// Ends a decoder that came too late.
  static final class ExpiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExpiredException() {
      super("took too long", null, false, false);
    }
  }
}
