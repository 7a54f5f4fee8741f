package io.sketchstream.images.sketch;

/// The part of a drawing that contains ink, in its own coordinates.
record InkBox(double left, double top, double right, double bottom) {
  /// Margin on each side, as a share of the side of the box.
  private static final double MARGIN = 0.08;

  /// The box with its margin, which is scaled to the square. A longer box than the fit allows is
  /// widened: a single straight line would become a black square.
  InkBox crop(SketchFit fit) {
    double width = Math.max(right - left, (bottom - top) / fit.aspectMax);
    double height = Math.max(bottom - top, (right - left) / fit.aspectMax);
    double middleX = (left + right) / 2;
    double middleY = (top + bottom) / 2;
    double halfWidth = width * (0.5 + MARGIN);
    double halfHeight = height * (0.5 + MARGIN);
    return new InkBox(
        middleX - halfWidth, middleY - halfHeight, middleX + halfWidth, middleY + halfHeight);
  }

  /// The box with a border around it.
  InkBox widened(double rim) {
    return new InkBox(left - rim, top - rim, right + rim, bottom + rim);
  }

  double width() {
    return right - left;
  }

  double height() {
    return bottom - top;
  }
}
