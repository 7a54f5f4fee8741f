package io.sketchstream.images.decode;

import io.sketchstream.images.file.ImageFile;
import io.sketchstream.images.file.ImageFormat;

/// The memory that decoding a plain file takes, in bytes: what is left after subsampling, and what
/// readers allocate whatever the subsampling is: whole rows of a PNG, and the coefficients of a
/// JPEG whose first scan does not bring the whole picture.
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

  /// Of a sample in a JPEG.
  private static final int COEFFICIENT_BYTES = 2;

  /// A JPEG is stored in blocks of at most so many pixels a side.
  private static final int BLOCK_SIDE_MAX = 32;

  static DecodeCost of(ImageFile file, Decoding decoding) {
    long subsampling = FileDecoder.subsampling(file, decoding);
    long width = (file.width() + subsampling - 1) / subsampling;
    long height = (file.height() + subsampling - 1) / subsampling;
    long row = (long) file.width() * file.size().bytesPerPixel();
    long rows = file.format() == ImageFormat.PNG ? ROWS * row : row;
    long result = width * height * (file.size().bytesPerPixel() + RESULT_BYTES);
    return new DecodeCost(result + rows + coefficients(file), row);
  }

  /// At most: as if no component had fewer samples than another.
  private static long coefficients(ImageFile file) {
    return file.buffered()
        ? inBlocks(file.width())
            * inBlocks(file.height())
            * file.size().bytesPerPixel()
            * COEFFICIENT_BYTES
        : 0;
  }

  private static long inBlocks(int pixels) {
    return (pixels + BLOCK_SIDE_MAX - 1L) / BLOCK_SIDE_MAX * BLOCK_SIDE_MAX;
  }

  /// Whether a service can afford it.
  boolean isLow() {
    return total <= TOTAL_MAX && row <= ROW_MAX;
  }
}
