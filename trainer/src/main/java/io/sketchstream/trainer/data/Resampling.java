package io.sketchstream.trainer.data;

/// Resamples square RGB pictures.
final class Resampling {
  /// How pixels outside a picture are filled.
  enum Border {
    /// The edge pixel is repeated.
    EDGE,
    /// The picture, mirrored at its edge.
    MIRROR
  }

  private Resampling() {}

  /// Bilinear sampling through an affine map.
  ///
  /// @param map from output to source, both from -.5 to .5: `x' = m0 x + m1 y + m2, y' = m3 x + m4
  ///   y + m5`
  static byte[] affine(byte[] source, int side, double[] map, int size, Border border) {
    byte[] out = new byte[size * size * 3];
    int position = 0;
    for (int row = 0; row < size; row++) {
      double y = (row + .5) / size - .5;
      for (int column = 0; column < size; column++) {
        double x = (column + .5) / size - .5;
        float sx = (float) ((map[0] * x + map[1] * y + map[2] + .5) * side - .5);
        float sy = (float) ((map[3] * x + map[4] * y + map[5] + .5) * side - .5);
        sample(source, side, inside(sx, side, border), inside(sy, side, border), out, position);
        position += 3;
      }
    }
    return out;
  }

  /// A coordinate in pixel centres, mapped into the picture.
  private static float inside(float x, int side, Border border) {
    float mirrored = x;
    if (border == Border.MIRROR) {
      mirrored = x < -.5f ? -1 - x : x;
      mirrored = mirrored > side - .5f ? 2 * side - 1 - mirrored : mirrored;
    }
    return Math.max(0, Math.min(side - 1, mirrored));
  }

  private static void sample(byte[] source, int side, float x, float y, byte[] out, int position) {
    int x0 = (int) x;
    int y0 = (int) y;
    int right = x0 + 1 < side ? 3 : 0;
    int down = y0 + 1 < side ? side * 3 : 0;
    float fx = x - x0;
    float fy = y - y0;
    int at = (y0 * side + x0) * 3;
    for (int channel = 0; channel < 3; channel++, at++) {
      float top = (source[at] & 255) * (1 - fx) + (source[at + right] & 255) * fx;
      float bottom = (source[at + down] & 255) * (1 - fx) + (source[at + down + right] & 255) * fx;
      out[position + channel] = (byte) (top + (bottom - top) * fy + .5f);
    }
  }

  /// Area averaging to a lower resolution.
  static byte[] shrink(byte[] source, int side, int size) {
    if (size >= side) {
      return source;
    }
    float[] weights = new float[side * 2];
    int[] cells = new int[side];
    // Source pixel i contributes weights[2i] to cell cells[i] and weights[2i + 1] to the next.
    double ratio = (double) size / side;
    for (int i = 0; i < side; i++) {
      double start = i * ratio;
      double end = (i + 1) * ratio;
      int cell = Math.min(size - 1, (int) start);
      double inFirst = Math.min(end, cell + 1) - start;
      cells[i] = cell;
      weights[2 * i] = (float) inFirst;
      weights[2 * i + 1] = cell + 1 < size ? (float) (end - start - inFirst) : 0;
    }
    float[] sums = new float[size * size * 3];
    for (int row = 0; row < side; row++) {
      addRow(source, row * side * 3, sums, cells[row] * size * 3, weights[2 * row], cells, weights);
      if (weights[2 * row + 1] > 0) {
        int next = (cells[row] + 1) * size * 3;
        addRow(source, row * side * 3, sums, next, weights[2 * row + 1], cells, weights);
      }
    }
    byte[] out = new byte[sums.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) Math.max(0, Math.min(255, (int) (sums[i] + .5f)));
    }
    return out;
  }

  private static void addRow(
      byte[] source, int from, float[] sums, int to, float share, int[] cells, float[] weights) {
    for (int i = 0; i < cells.length; i++) {
      float first = share * weights[2 * i];
      float second = share * weights[2 * i + 1];
      for (int channel = 0; channel < 3; channel++) {
        float value = source[from + i * 3 + channel] & 255;
        int cell = to + cells[i] * 3 + channel;
        sums[cell] += first * value;
        if (second > 0) {
          sums[cell + 3] += second * value;
        }
      }
    }
  }
}
