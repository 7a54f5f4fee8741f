package io.sketchstream.testing;

/// The seed of a randomised test: that of `-Dtests.seed=`, else a fixed one, so that the suite does
/// the same every time; in the long form (`-Dtests.files=`) a new one each time.
public final class Seed {
  private static final long FIXED = 19;

  private Seed() {}

  /// The seed of this run; a test prints it, or names it in its failures.
  public static long get() {
    boolean longForm = Integer.getInteger("tests.files", 0) > 0;
    return Long.getLong("tests.seed", longForm ? System.nanoTime() : FIXED);
  }
}
