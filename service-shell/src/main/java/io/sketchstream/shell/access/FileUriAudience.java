package io.sketchstream.shell.access;

/// Who sees the paths of [FileUris].
public enum FileUriAudience {
  /// Callers whose key has the scope `admin`; without keys, callers on this machine.
  OWNER,
  /// Everyone who may read.
  ALL,
  /// Nobody.
  NONE
}
