package io.sketchstream.cli.backup;

/// Receives the progress of an operation. **Threads:** that of the work.
@FunctionalInterface
public interface Progress {
  /// @param what is being done, for people
  /// @param done of `total`, in the same unit
  void at(String what, long done, long total);
}
