package io.sketchstream.images.sketch;

/// How the ink of a drawing is fitted into the network's square. A model is served with the fit
/// that it was trained with; its manifest names it.
public enum SketchFit {
  /// Keeps its proportions: the shorter side is made as long as the longer with paper on both sides
  /// (Tursun et al. 2022).
  SQUARE(1),

  /// Scaled to the square regardless of its shape, up to four to one.
  SQUASHED(4);

  /// Longest side of what is scaled to the square, in shorter sides.
  final double aspectMax;

  SketchFit(double aspectMax) {
    this.aspectMax = aspectMax;
  }
}
