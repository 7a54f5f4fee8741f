package io.sketchstream.images;

/// An image or a sketch as the input of the network: a square of interleaved 8-bit sRGB. Scaling to
/// floats and normalisation are part of the network, so that a batch is a quarter of the bytes. The
/// array is shared, not copied: its creator must not change it afterwards.
public final class PreparedImage {
  private final byte[] rgb;
  private final int size;

  /// @param rgb `size * size * 3` bytes, row by row, red first
  /// @param size side of the square in pixels
  /// @throws IllegalArgumentException when the array does not fit the size
  public PreparedImage(byte[] rgb, int size) {
    if (rgb.length != size * size * 3) {
      throw new IllegalArgumentException(
          rgb.length + " bytes are not a square of " + size + " x " + size + " RGB pixels");
    }
    this.rgb = rgb;
    this.size = size;
  }

  public byte[] rgb() {
    return rgb;
  }

  public int size() {
    return size;
  }
}
