package io.sketchstream.encoder;

import io.sketchstream.events.Sketch;
import io.sketchstream.images.Patience;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;

/// Turns bytes into a network's input; training and serving share it. Safe for any number of
/// threads.
public interface Preprocessing {
  /// Decodes and scales a canonical image, on the calling thread.
  ///
  /// @throws RefusedImageException when the bytes are not an image; names the reason
  PreparedImage image(byte[] jpeg) throws RefusedImageException;

  /// Renders a sketch, raster or strokes: black on white, fitted into the square as the model says
  /// ([io.sketchstream.images.sketch.SketchFit]).
  ///
  /// @throws RefusedImageException when it cannot be read or is empty; names the reason
  default PreparedImage sketch(Sketch sketch) throws RefusedImageException {
    return sketch(sketch, Patience.UNHURRIED);
  }

  /// As above, for a caller that does not wait indefinitely.
  ///
  /// @throws io.sketchstream.images.process.DecoderUnavailableException when the time was too short
  PreparedImage sketch(Sketch sketch, Patience patience) throws RefusedImageException;
}
