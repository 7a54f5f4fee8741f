package io.sketchstream.images.sketch;

/// How a drawing is fitted into the network's square. A model is served with the fit that it was
/// trained with; its manifest names it.
public enum SketchFit {
  /// Cropped to its ink with a margin. Keeps its proportions: the shorter side is made as long as
  /// the longer with paper on both sides.
  SQUARE(1),

  /// Cropped to its ink with a margin and scaled to the square regardless of its shape, up to four
  /// to one.
  SQUASHED(4),

  /// The whole picture, scaled to the square regardless of its shape, as published datasets of
  /// sketches are used. Strokes have no page: they are fitted as [#SQUARE].
  PAGE(1);

  /// Longest side of what is scaled to the square, in shorter sides.
  final double aspectMax;

  SketchFit(double aspectMax) {
    this.aspectMax = aspectMax;
  }
}
