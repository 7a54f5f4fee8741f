package io.sketchstream.embed;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;

/// What goes through a network first when several wait.
enum Priority {
  SKETCH,
  LIVE_IMAGE,

  /// Of a backfill that does not gain on the images that come.
  OVERDUE_IMAGE,
  BACKFILL_IMAGE;

  /// Images of a generation that is served, or kept to be served again, come first.
  static Priority ofImages(ModelChanged model, Headway headway) {
    if (model.getState() == ModelState.ACTIVE || model.getState() == ModelState.STANDBY) {
      return LIVE_IMAGE;
    }
    return headway.isOverdue() ? OVERDUE_IMAGE : BACKFILL_IMAGE;
  }
}
