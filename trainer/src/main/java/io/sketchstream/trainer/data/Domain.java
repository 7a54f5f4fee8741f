package io.sketchstream.trainer.data;

/// The two kinds of pictures that one network embeds.
public enum Domain {
  PHOTO,
  SKETCH
}
