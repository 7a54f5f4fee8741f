package io.sketchstream.images.sketch;

/// How a drawing is fitted into the network's square. A model is served with the fit that it was
/// trained with; its manifest names it.
public enum SketchFit {
  /// Cropped to its ink with a margin. Keeps its proportions: the shorter side is made as long as
  /// the longer with paper on both sides.
  SQUARE(1, false),

  /// As [#SQUARE], and the embedding is the mean of that of the drawing and that of its mirror
  /// image: it does not matter which way a thing faces.
  MIRRORED(1, true),

  /// Cropped to its ink with a margin and scaled to the square regardless of its shape, up to four
  /// to one.
  SQUASHED(4, false),

  /// The whole picture, scaled to the square regardless of its shape, as published datasets of
  /// sketches are used. Strokes have no page: they are fitted as [#SQUARE].
  PAGE(1, false);

  /// Longest side of what is scaled to the square, in shorter sides.
  final double aspectMax;

  /// Whether the mirror image counts, too.
  final boolean mirrored;

  SketchFit(double aspectMax, boolean mirrored) {
    this.aspectMax = aspectMax;
    this.mirrored = mirrored;
  }
}
