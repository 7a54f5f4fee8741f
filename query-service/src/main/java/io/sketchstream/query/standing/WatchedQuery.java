package io.sketchstream.query.standing;

/// A standing query that can be compared with images of one generation.
///
/// **Threads:** the matcher's sets the threshold; any reads.
final class WatchedQuery {
  private final StandingEntry entry;
  private final float[] vector;
  private final RoundedVector rounded; // Null where nothing is drawn.
  private volatile float threshold = Float.NaN;

  /// @param vector search vector, with the dimension for the hubness; empty for a query without
  ///   likeness
  WatchedQuery(StandingEntry entry, float[] vector) {
    this.entry = entry;
    this.vector = vector;
    this.rounded = vector.length == 0 ? null : RoundedVector.of(vector);
  }

  StandingEntry entry() {
    return entry;
  }

  /// Not to be changed.
  float[] vector() {
    return vector;
  }

  /// The vector in bytes; only of a query that is drawn.
  RoundedVector rounded() {
    return rounded;
  }

  boolean isDrawn() {
    return vector.length > 0;
  }

  /// The score that a match needs; NaN before the first calibration.
  float threshold() {
    return threshold;
  }

  void calibrated(float score) {
    threshold = score;
  }
}
