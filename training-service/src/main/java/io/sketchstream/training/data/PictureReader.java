package io.sketchstream.training.data;

import io.sketchstream.encoder.pixels.PreparedImage;

/// From a file to the square that a network takes. Safe for any number of threads.
@FunctionalInterface
public interface PictureReader {
  /// Reads, decodes and scales a picture exactly as serving does.
  ///
  /// @param size side of the square in pixels
  /// @throws DatasetException when the file is no picture; names it
  PreparedImage read(Example example, int size);
}
