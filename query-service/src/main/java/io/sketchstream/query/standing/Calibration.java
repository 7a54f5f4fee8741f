package io.sketchstream.query.standing;

import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.query.index.ImageFields;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/// Computes the score threshold of each query from its rarity ("about one in N images"), by a
/// sample of the shards of this process. Images are assigned to shards by the hash of their id, so
/// each shard is a fair sample of the whole gallery, and no process needs to ask another. For "the
/// best N per day" the rarity follows from the number of images of the last 24 hours;
/// [MatchPublisher] enforces the number.
///
/// The sample is renewed when the gallery has changed by more than half, or after the interval if
/// it has changed at all. Then all thresholds are computed again.
///
/// **Threads:** the matcher's.
final class Calibration {
  private static final double CHANGE_MAX = 0.5;
  private static final int BLOCK_QUERIES = 64;
  private static final Duration DAY = Duration.ofDays(1);

  private final StandingOptions options;
  private List<float[]> sample = List.of();
  private int documents = -1;
  private double imagesOfADay;
  private long sampledNanos;

  Calibration(StandingOptions options) {
    this.options = options;
  }

  /// Forgets the sample: the next one is of another generation, or of other shards.
  void reset() {
    documents = -1;
  }

  /// Renews the sample if it is due.
  ///
  /// @return whether it was; then all thresholds are due as well
  boolean renew(List<ShardWatch> shards, Instant time, long nowNanos) {
    int now = shards.stream().mapToInt(ShardWatch::documents).sum();
    boolean late = nowNanos - sampledNanos >= options.calibrationInterval().toNanos();
    if (documents >= 0 && Math.abs(now - documents) <= (late ? 0 : CHANGE_MAX * documents)) {
      return false;
    }
    List<float[]> next = new ArrayList<>();
    for (ShardWatch shard : shards) {
      next.addAll(shard.sample(Math.max(1, options.sampleMax() / shards.size())));
    }
    sample = next;
    long yesterday = ImageFields.micros(Instants.timestamp(time.minus(DAY)));
    imagesOfADay =
        shards.stream().mapToDouble(shard -> shard.imagesSince(yesterday)).average().orElse(0);
    documents = now;
    sampledNanos = nowNanos;
    return true;
  }

  /// Computes thresholds from the current sample, for a block of queries at a time, so that the
  /// sample is read from memory once for all of them.
  void calibrate(List<WatchedQuery> queries) {
    List<WatchedQuery> drawn = queries.stream().filter(WatchedQuery::isDrawn).toList();
    for (int from = 0; from < drawn.size(); from += BLOCK_QUERIES) {
      calibrateBlock(drawn.subList(from, Math.min(drawn.size(), from + BLOCK_QUERIES)));
    }
  }

  private void calibrateBlock(List<WatchedQuery> queries) {
    float[][] scores = new float[queries.size()][sample.size()];
    int[] counts = new int[queries.size()];
    for (float[] image : sample) {
      for (int i = 0; i < scores.length; i++) {
        float[] vector = queries.get(i).vector();
        if (vector.length == image.length) {
          scores[i][counts[i]++] = VectorUtil.dotProduct(vector, image);
        }
      }
    }
    for (int i = 0; i < scores.length; i++) {
      WatchedQuery query = queries.get(i);
      query.calibrated(
          TailThreshold.of(Arrays.copyOf(scores[i], counts[i]), oneIn(query.entry().query())));
    }
  }

  /// In a gallery that is too small for a sample, any image may be among the best of a day.
  private double oneIn(StandingQuery query) {
    if (query.getPerDay() == 0) {
      return StandingQueryBounds.oneIn(query);
    }
    return sample.size() < TailThreshold.SAMPLE_MIN ? 1 : imagesOfADay / query.getPerDay();
  }
}
