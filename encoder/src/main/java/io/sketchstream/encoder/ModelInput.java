package io.sketchstream.encoder;

import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;

/// What pictures are scaled to before a model sees them.
///
/// @param size side of the network's input square, in pixels
/// @param photos which part of a photo is used
/// @param sketches how sketches are fitted into the square
public record ModelInput(int size, PhotoFit photos, SketchFit sketches) {

  /// The fits that new models are served with.
  ///
  /// @param size side of the network's input square, in pixels
  public static ModelInput ofSize(int size) {
    return new ModelInput(size, PhotoFit.CENTRE, SketchFit.SQUARE);
  }
}
