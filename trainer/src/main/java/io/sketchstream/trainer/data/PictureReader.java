package io.sketchstream.trainer.data;

import io.sketchstream.images.PreparedImage;

/// Reads a file into the network's input square. Safe for any number of threads.
@FunctionalInterface
public interface PictureReader {
  /// Reads, decodes and scales a picture exactly as serving does.
  ///
  /// @param size side of the square in pixels
  /// @throws DatasetException when the file is not a picture; names it
  PreparedImage read(Example example, int size);

  /// Reads a picture; strokes are drawn with a pen of the given width.
  ///
  /// @param pen width as a share of the drawing's longer side
  /// @throws DatasetException when the file is not a picture; names it
  default PreparedImage read(Example example, int size, double pen) {
    return read(example, size);
  }
}
