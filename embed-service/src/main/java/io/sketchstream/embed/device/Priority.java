package io.sketchstream.embed.device;

/// The order in which requests go into forward passes.
public enum Priority {
  SKETCH,
  LIVE_IMAGE,

  /// Of a backfill that does not get closer to the end of `images`.
  OVERDUE_IMAGE,
  BACKFILL_IMAGE
}
