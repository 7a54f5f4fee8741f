package io.sketchstream.cli.backup;

/// Told how far something is. **Threads:** that of the work.
@FunctionalInterface
public interface Progress {
  /// @param what is being done, for people
  /// @param done of `total`, in the same unit
  void at(String what, long done, long total);
}
