package io.sketchstream.encoder.pixels;

import java.time.Duration;

/// How much of this machine one image from outside may use.
///
/// @param bytesMax size of the file in bytes
/// @param pixelsMax width times height, checked before anything is decoded
/// @param decodeMax how long decoding may take
public record ImageLimits(long bytesMax, long pixelsMax, Duration decodeMax) {
  /// 32 MiB, 64 megapixels, 10 seconds.
  public static final ImageLimits DEFAULT =
      new ImageLimits(32L << 20, 64_000_000, Duration.ofSeconds(10));

  /// @throws IllegalArgumentException when a limit is not positive
  public ImageLimits {
    if (bytesMax < 1 || pixelsMax < 1 || !decodeMax.isPositive()) {
      throw new IllegalArgumentException("limits of images must be positive");
    }
  }
}
