package io.sketchstream.encoder;

import io.sketchstream.images.PreparedImage;
import java.util.ArrayList;
import java.util.List;

/// Synthetic pictures for comparing precisions at start without files: rings, stripes and gradients
/// of several colours and scales.
final class SamplePictures {
  static final int COUNT = 40;

  private SamplePictures() {}

  static List<PreparedImage> of(int size) {
    return of(size, 0, COUNT);
  }

  /// Pictures `from` (inclusive) to `to` (exclusive).
  ///
  /// @param to at most [#COUNT]
  static List<PreparedImage> of(int size, int from, int to) {
    List<PreparedImage> samples = new ArrayList<>();
    for (int sample = from; sample < to; sample++) {
      byte[] rgb = new byte[size * size * 3];
      double scale = 6 + 4 * (sample % 7);
      double slant = 0.4 * (sample % 11);
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double u = (x - size / 2.0) / size;
          double v = (y - size / 2.0) / size;
          double ring = Math.sin(scale * Math.hypot(u, v * (1 + slant)));
          double stripe = Math.sin(scale * (u * Math.cos(slant) + v * Math.sin(slant)));
          double mix = sample % 3 / 2.0;
          double tone = 127 + 90 * (mix * ring + (1 - mix) * stripe);
          int at = 3 * (y * size + x);
          rgb[at] = (byte) (int) tone;
          rgb[at + 1] = (byte) (int) (tone * (0.5 + 0.1 * (sample % 5)));
          rgb[at + 2] = (byte) (int) (255 - tone * (0.3 + 0.1 * (sample % 4)));
        }
      }
      samples.add(new PreparedImage(rgb, size));
    }
    return samples;
  }
}
