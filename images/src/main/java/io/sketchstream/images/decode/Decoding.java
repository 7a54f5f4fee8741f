package io.sketchstream.images.decode;

/// The purpose of a decoded image.
///
/// @param shortSide what the shorter side will be scaled to, in pixels
/// @param longSideMax bound of the longer side after that
/// @param drawing whether it is a drawing: thin lines and light ink on transparent paper must
///   survive
record Decoding(int shortSide, int longSideMax, boolean drawing) {
  /// Every pixel.
  static final Decoding WHOLE = new Decoding(Integer.MAX_VALUE, Integer.MAX_VALUE, false);

  /// For an image that becomes canonical.
  static final Decoding CANONICAL = new Decoding(256, 2048, false);

  /// A sketch keeps more pixels than any network takes.
  static final Decoding DRAWING = new Decoding(Integer.MAX_VALUE, 2048, true);

  /// A reduced image has at least this many times the pixels per side that its user needs, so that
  /// averaging over the rest still smooths.
  private static final int RESERVE = 4;

  static Decoding ofParameters(int... parameters) {
    return new Decoding(parameters[0], parameters[1], parameters[2] != 0);
  }

  int[] parameters() {
    return new int[] {shortSide, longSideMax, drawing ? 1 : 0};
  }

  /// The subsampling factor that a reader may use.
  int subsampling(int width, int height) {
    return drawing ? 1 : Math.max(1, (int) (1 / (scale(width, height) * RESERVE)));
  }

  /// The largest size of the decoded picture, relative to the original.
  double reduction(int width, int height) {
    return Math.min(1, scale(width, height) * (drawing ? 1 : RESERVE));
  }

  private double scale(int width, int height) {
    return Math.min(
        (double) shortSide / Math.min(width, height),
        (double) longSideMax / Math.max(width, height));
  }
}
