package io.sketchstream.shell.admission;

/// Bodies that share slots: too many of one kind do not keep those of another out.
public enum BodyKind {
  /// Images and labels.
  UPLOAD,
  /// Sketches.
  SEARCH,
  /// Requests of other query services.
  PEER,
  /// Models: one at a time, as each takes as much disk as a model may have.
  MODEL,
  /// All others.
  OTHER
}
