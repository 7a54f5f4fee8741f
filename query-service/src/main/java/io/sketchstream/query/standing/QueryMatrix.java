package io.sketchstream.query.standing;

import io.sketchstream.score.Score;
import java.util.List;

/// The vectors of all standing queries as one matrix, to be multiplied with those of new images.
///
/// Almost no image comes near the threshold of a query, so the product is first computed in bytes
/// ([RoundedVector]), which reads a quarter of the memory. Its upper bound leaves no match out;
/// what may reach its threshold is scored by [Score], as a search would. The product is blocked: a
/// few rows stay in the cache while all images of a batch pass by, so the matrix is read from
/// memory once for a batch.
///
/// **Threads:** any; immutable.
public final class QueryMatrix {
  /// Rows of a block: 64 of 512 dimensions take 32 KiB, a usual first-level cache.
  private static final int BLOCK_ROWS = 64;

  /// More than the difference between two orders of summation.
  private static final float SLACK = 1e-4f;

  private final float[][] rows;
  private final RoundedVector[] rounded;

  /// @param rows search vectors, with the dimension for the hubness; not copied
  public QueryMatrix(List<float[]> rows) {
    this(rows, rows.stream().map(RoundedVector::of).toList());
  }

  /// @param rounded the rows, rounded before
  QueryMatrix(List<float[]> rows, List<RoundedVector> rounded) {
    this.rows = rows.toArray(float[][]::new);
    this.rounded = rounded.toArray(RoundedVector[]::new);
  }

  /// Receives a score that reaches its threshold.
  @FunctionalInterface
  public interface Hits {
    void hit(int row, int image, float score);
  }

  /// Finds the images that score high enough.
  ///
  /// @param images index vectors; not compared with rows of another dimension
  /// @param thresholds one for each row; a score that equals it is high enough
  public void above(List<float[]> images, float[] thresholds, Hits hits) {
    if (rows.length == 0) {
      return;
    }
    RoundedVector[] roundedImages = new RoundedVector[images.size()];
    for (int image = 0; image < roundedImages.length; image++) {
      roundedImages[image] = RoundedVector.of(images.get(image));
    }
    for (int from = 0; from < rows.length; from += BLOCK_ROWS) {
      int to = Math.min(rows.length, from + BLOCK_ROWS);
      for (int image = 0; image < roundedImages.length; image++) {
        for (int row = from; row < to; row++) {
          if (rounded[row].isComparable(roundedImages[image])
              && rounded[row].productMax(roundedImages[image]) >= thresholds[row] - SLACK) {
            score(row, image, images.get(image), thresholds[row], hits);
          }
        }
      }
    }
  }

  private void score(int row, int image, float[] vector, float threshold, Hits hits) {
    float score = Score.of(rows[row], vector);
    if (score >= threshold) {
      hits.hit(row, image, score);
    }
  }
}
