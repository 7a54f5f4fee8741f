package io.sketchstream.images.file;

/// The size of an image in pixels, and the bytes that a decoder needs for each.
///
/// @param bytesPerPixel of the decoded samples, as stored
/// @param frame where the first frame lies when it covers only a part of the picture
public record ImageSize(int width, int height, int bytesPerPixel, Frame frame) {
  private static final int USUAL_BYTES = 4;

  /// The part of the picture that a frame covers.
  public record Frame(int left, int top, int width, int height) {}

  public static ImageSize of(int width, int height) {
    return new ImageSize(width, height, USUAL_BYTES, new Frame(0, 0, width, height));
  }

  static ImageSize of(int width, int height, int bytesPerPixel) {
    return new ImageSize(width, height, bytesPerPixel, new Frame(0, 0, width, height));
  }

  public long pixels() {
    return (long) width * height;
  }

  /// Memory of the decoded samples.
  public long bytes() {
    return pixels() * bytesPerPixel;
  }

  /// Whether the frame is smaller than the picture.
  public boolean framed() {
    return frame.width() != width || frame.height() != height;
  }
}
