package io.sketchstream.training.data;

/// Changes the width of dark strokes on a light ground.
final class Strokes {
  private Strokes() {}

  /// @param thicker whether strokes grow; else they shrink
  /// @param share how much of the change to apply, 0 to 1
  static byte[] widen(byte[] rgb, int side, boolean thicker, float share) {
    int[] gray = new int[side * side];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = rgb[i * 3] & 255;
    }
    int[] rows = extreme(gray, side, 1, thicker);
    int[] both = extreme(rows, side, side, thicker);
    byte[] out = new byte[rgb.length];
    for (int i = 0; i < gray.length; i++) {
      byte value = (byte) Math.round(gray[i] + share * (both[i] - gray[i]));
      out[i * 3] = value;
      out[i * 3 + 1] = value;
      out[i * 3 + 2] = value;
    }
    return out;
  }

  /// The minimum or maximum over a pixel and its two neighbours along one axis.
  private static int[] extreme(int[] gray, int side, int step, boolean minimum) {
    int[] out = new int[gray.length];
    for (int i = 0; i < gray.length; i++) {
      int position = step == 1 ? i % side : i / side;
      int before = gray[position == 0 ? i : i - step];
      int after = gray[position == side - 1 ? i : i + step];
      out[i] =
          minimum
              ? Math.min(gray[i], Math.min(before, after))
              : Math.max(gray[i], Math.max(before, after));
    }
    return out;
  }
}
