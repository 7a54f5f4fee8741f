package io.sketchstream.encoder;

import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.events.Sketch;

/// From bytes to what a network takes; training and serving use the same one. Safe for any number
/// of threads.
public interface Preprocessing {
  /// Decodes and scales a canonical image, on the calling thread.
  ///
  /// @throws RefusedImageException when the bytes are no image; says why
  PreparedImage image(byte[] jpeg) throws RefusedImageException;

  /// Renders a sketch, raster or strokes: black on white, cropped to its ink with a margin.
  ///
  /// @throws RefusedImageException when it can't be read or nothing is drawn; says why
  PreparedImage sketch(Sketch sketch) throws RefusedImageException;
}
