package io.sketchstream.encoder.pixels;

/// The part of a drawing that holds ink, in its own coordinates.
record InkBox(double left, double top, double right, double bottom) {
  /// Share of the box's own side that stays free on each side of it.
  private static final double MARGIN = 0.08;

  /// A longer box is widened: a single straight line would become a black square.
  private static final double ASPECT_MAX = 4;

  /// What is squashed to the square: the box with its margin.
  InkBox crop() {
    double width = Math.max(right - left, (bottom - top) / ASPECT_MAX);
    double height = Math.max(bottom - top, (right - left) / ASPECT_MAX);
    double middleX = (left + right) / 2;
    double middleY = (top + bottom) / 2;
    double halfWidth = width * (0.5 + MARGIN);
    double halfHeight = height * (0.5 + MARGIN);
    return new InkBox(
        middleX - halfWidth, middleY - halfHeight, middleX + halfWidth, middleY + halfHeight);
  }

  double width() {
    return right - left;
  }

  double height() {
    return bottom - top;
  }
}
