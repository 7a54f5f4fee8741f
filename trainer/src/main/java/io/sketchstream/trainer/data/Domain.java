package io.sketchstream.trainer.data;

/// The two kinds of picture that one network embeds.
public enum Domain {
  PHOTO,
  SKETCH
}
