package io.sketchstream.trainer.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sketchstream.score.Score;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/// Scores all photos of a gallery for sketches, on all cores. Inner products are matrix products
/// for some hundred queries at a time, each on one core.
///
/// **Threads:** one. **Owns:** a copy of the gallery in native memory, until [#close].
public final class GallerySearch implements AutoCloseable {
  private static final int QUERIES_PER_PRODUCT = 128;

  private final EmbeddedPictures gallery;
  private final Scoring scoring;
  private final float[] hubness;
  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray columns;

  public GallerySearch(EmbeddedPictures gallery, Scoring scoring) {
    this.gallery = gallery;
    this.scoring = scoring;
    hubness = new float[gallery.count()];
    IntStream.range(0, hubness.length)
        .parallel()
        .forEach(i -> hubness[i] = scoring.hubness().of(gallery.row(i)));
    columns =
        manager.create(gallery.rows(), new Shape(gallery.count(), gallery.dimension())).transpose();
  }

  /// Receives the scores of one query.
  @FunctionalInterface
  public interface Consumer {
    /// Called by several threads at once.
    ///
    /// @param query its index
    /// @param scores of all photos, in their order
    void accept(int query, float[] scores);
  }

  /// Scores the gallery for each query.
  public void forEach(EmbeddedPictures queries, Consumer consumer) {
    int blocks = (queries.count() + QUERIES_PER_PRODUCT - 1) / QUERIES_PER_PRODUCT;
    IntStream.range(0, blocks)
        .parallel()
        .forEach(block -> block(queries, block * QUERIES_PER_PRODUCT, consumer));
  }

  private void block(EmbeddedPictures queries, int first, Consumer consumer) {
    int dimension = queries.dimension();
    int count = Math.min(QUERIES_PER_PRODUCT, queries.count() - first);
    float[] rows =
        Arrays.copyOfRange(queries.rows(), first * dimension, (first + count) * dimension);
    float[] scores = scores(rows, count);
    if (scoring.expansion().hits() > 0) {
      scores = scores(expanded(rows, count, scores), count);
    }
    float[] all = scores;
    IntStream.range(0, count).parallel().forEach(i -> consumer.accept(first + i, row(all, i)));
  }

  private float[] row(float[] scores, int query) {
    return Arrays.copyOfRange(scores, query * gallery.count(), (query + 1) * gallery.count());
  }

  private float[] scores(float[] queries, int count) {
    float[] scores;
    try (NDManager block = manager.newSubManager()) {
      NDArray rows = block.create(queries, new Shape(count, gallery.dimension()));
      scores = rows.matMul(columns).toFloatArray();
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Score.of(scores[i], hubness[i % hubness.length]);
    }
    return scores;
  }

  private float[] expanded(float[] queries, int count, float[] scores) {
    int dimension = gallery.dimension();
    float[] expanded = queries.clone();
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> {
          float[] query = Arrays.copyOfRange(queries, i * dimension, (i + 1) * dimension);
          Optional<float[]> moved = expanded(query, row(scores, i));
          moved.ifPresent(to -> System.arraycopy(to, 0, expanded, i * dimension, dimension));
        });
    return expanded;
  }

  private Optional<float[]> expanded(float[] query, float[] scores) {
    int[] best = Ranking.best(scores, scoring.expansion().hits());
    float[][] photos = new float[best.length][];
    float[] bestScores = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      photos[i] = gallery.row(best[i]);
      bestScores[i] = scores[best[i]];
    }
    return scoring.expansion().expand(query, photos, bestScores);
  }

  @Override
  public void close() {
    manager.close();
  }
}
