package io.sketchstream.images.decode;

import io.sketchstream.images.file.ImageFile;
import io.sketchstream.images.file.ImageFormat;

/// The memory that decoding a plain file takes, in bytes: what is left after subsampling, and whole
/// rows of the file, which the reader of PNG allocates whatever the subsampling is.
///
/// @param total of everything
/// @param row of one row of the file
record DecodeCost(long total, long row) {
  /// The most that one file may take in this process; the heap of a decoder process has more.
  static final long TOTAL_MAX = 128L << 20;

  private static final long ROW_MAX = 1 << 20;

  /// The row, the one before it, and its copy as an image.
  private static final int ROWS = 3;

  /// The result, and a copy of it while its colours are converted.
  private static final int RESULT_BYTES = 6;

  static DecodeCost of(ImageFile file, Decoding decoding) {
    long subsampling = FileDecoder.subsampling(file, decoding);
    long width = (file.width() + subsampling - 1) / subsampling;
    long height = (file.height() + subsampling - 1) / subsampling;
    long row = (long) file.width() * file.size().bytesPerPixel();
    long rows = file.format() == ImageFormat.PNG ? ROWS * row : row;
    return new DecodeCost(
        width * height * (file.size().bytesPerPixel() + RESULT_BYTES) + rows, row);
  }

  /// Whether a service can afford it.
  boolean isLow() {
    return total <= TOTAL_MAX && row <= ROW_MAX;
  }
}
