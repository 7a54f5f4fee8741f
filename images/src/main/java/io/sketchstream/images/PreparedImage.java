package io.sketchstream.images;

/// An image or a sketch as the input of the network: a square of interleaved 8-bit sRGB. Scaling to
/// floats and normalisation are part of the network, so that a batch is a quarter of the bytes. The
/// array is shared, not copied: its creator must not change it afterwards.
public final class PreparedImage {
  private final byte[] rgb;
  private final int size;
  private final boolean mirrored;

  /// @param rgb `size * size * 3` bytes, row by row, red first
  /// @param size side of the square in pixels
  /// @throws IllegalArgumentException when the array does not fit the size
  public PreparedImage(byte[] rgb, int size) {
    this(rgb, size, false);
  }

  /// @param rgb `size * size * 3` bytes, row by row, red first
  /// @param size side of the square in pixels
  /// @param mirrored whether the mirror image is embedded too, and the mean of both counts
  /// @throws IllegalArgumentException when the array does not fit the size
  public PreparedImage(byte[] rgb, int size, boolean mirrored) {
    if (rgb.length != size * size * 3) {
      throw new IllegalArgumentException(
          rgb.length + " bytes are not a square of " + size + " x " + size + " RGB pixels");
    }
    this.rgb = rgb;
    this.size = size;
    this.mirrored = mirrored;
  }

  public byte[] rgb() {
    return rgb;
  }

  public int size() {
    return size;
  }

  /// Whether the mirror image is embedded too, and the mean of both counts.
  public boolean mirrored() {
    return mirrored;
  }

  /// The mirror image, left and right exchanged. Its own mirror image does not count.
  public PreparedImage mirrorImage() {
    byte[] mirror = new byte[rgb.length];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        System.arraycopy(rgb, (y * size + x) * 3, mirror, (y * size + size - 1 - x) * 3, 3);
      }
    }
    return new PreparedImage(mirror, size);
  }
}
