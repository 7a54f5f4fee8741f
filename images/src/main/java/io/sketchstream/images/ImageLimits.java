package io.sketchstream.images;

import java.time.Duration;

/// The resources that one untrusted image may use.
///
/// @param bytesMax size of the file in bytes
/// @param pixelsMax width times height, checked before anything is decoded
/// @param decodeMax longest time of decoding
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
