package io.sketchstream.query.standing;

import io.sketchstream.score.Score;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/// The vectors of all standing queries as one matrix, to be multiplied with those of new images.
///
/// The product is blocked: a few rows stay in the cache while all images of a batch pass by, so the
/// matrix is read from memory once for a batch. It uses Lucene's vectorised product, which adds up
/// in any order; a score near its threshold is computed again by [Score], as a search would.
///
/// **Threads:** any; immutable.
public final class QueryMatrix {
  /// Rows of a block: 64 of 512 dimensions take 128 KiB, half of a usual second-level cache.
  private static final int BLOCK_ROWS = 64;

  /// More than the difference between two orders of summation.
  private static final float SLACK = 1e-4f;

  private final float[][] rows;
  private final int dimension;

  /// @param rows search vectors, all of one dimension, with the one for the hubness; not copied
  public QueryMatrix(List<float[]> rows) {
    this.rows = rows.toArray(float[][]::new);
    this.dimension = this.rows.length == 0 ? 0 : this.rows[0].length;
  }

  /// Told of a score that reaches its threshold.
  @FunctionalInterface
  public interface Hits {
    void hit(int row, int image, float score);
  }

  /// Finds the images that score high enough.
  ///
  /// @param images index vectors; those of another dimension are skipped
  /// @param thresholds one for each row; a score that equals it is high enough
  public void above(List<float[]> images, float[] thresholds, Hits hits) {
    for (int from = 0; from < rows.length; from += BLOCK_ROWS) {
      int to = Math.min(rows.length, from + BLOCK_ROWS);
      for (int image = 0; image < images.size(); image++) {
        float[] vector = images.get(image);
        if (vector.length == dimension) {
          above(from, to, image, vector, thresholds, hits);
        }
      }
    }
  }

  private void above(int from, int to, int image, float[] vector, float[] thresholds, Hits hits) {
    for (int row = from; row < to; row++) {
      if (VectorUtil.dotProduct(rows[row], vector) >= thresholds[row] - SLACK) {
        float score = Score.of(rows[row], vector);
        if (score >= thresholds[row]) {
          hits.hit(row, image, score);
        }
      }
    }
  }
}
