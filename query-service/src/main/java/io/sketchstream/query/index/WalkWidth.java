package io.sketchstream.query.index;

/// How many candidates a walk through a graph collects: the expected number of the nearest images
/// in one shard, or one segment of it, if images are spread evenly, plus some slack for uneven
/// spread.
///
/// @param all candidates in all shards
/// @param shards how many shards there are
/// @param here candidates in this one at least
record WalkWidth(int all, int shards, int here) {
  /// Standard deviations by which a part of the nearest may exceed its share.
  private static final double SLACK = 3;

  /// A walk for fewer would often miss the very nearest.
  private static final int SEGMENT_MIN = 16;

  /// Candidates of this shard.
  int total() {
    return Math.max(share(all, 1.0 / shards), here);
  }

  /// Candidates of a segment, its `k`.
  ///
  /// @param part of the shard's images that is in the segment
  int of(double part) {
    int share = Math.min(total(), Math.max(share(all, part / shards), share(here, part)));
    return part < 1 ? Math.max(share, SEGMENT_MIN) : share;
  }

  /// How many of the `count` nearest a part of all images may hold: the mean of a binomial
  /// distribution and the slack.
  static int share(int count, double part) {
    double mean = count * part;
    return (int) Math.min(count, Math.ceil(mean + SLACK * Math.sqrt(mean * (1 - part))));
  }
}
