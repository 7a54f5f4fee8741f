package io.sketchstream.training.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Ranks a gallery for every query and measures the rankings. Similarities are matrix products,
/// some hundred queries at a time; the ranking uses all cores.
public final class RetrievalEvaluation {
  private static final int QUERIES_PER_PRODUCT = 256;

  private RetrievalEvaluation() {}

  /// Evaluates with cosine similarity.
  public static RetrievalReport of(EmbeddedPictures queries, EmbeddedPictures gallery) {
    return of(queries, gallery, Optional.empty(), Optional.empty());
  }

  /// Evaluates with cosine similarity, and more where it is given what that needs.
  ///
  /// @param codes for 64-bit codes, fitted on photos of seen classes
  /// @param seen photos of seen classes: distractors of the generalised setting
  public static RetrievalReport of(
      EmbeddedPictures queries,
      EmbeddedPictures gallery,
      Optional<BinaryCodes> codes,
      Optional<EmbeddedPictures> seen) {
    List<RetrievalMetrics> byQuery = measure(queries, gallery);
    SortedMap<String, List<RetrievalMetrics>> byClass = new TreeMap<>();
    for (int i = 0; i < byQuery.size(); i++) {
      String label = queries.examples().get(i).label();
      byClass.computeIfAbsent(label, _ -> new ArrayList<>()).add(byQuery.get(i));
    }
    SortedMap<String, RetrievalMetrics> means = new TreeMap<>();
    byClass.forEach((label, parts) -> means.put(label, RetrievalMetrics.mean(parts)));
    return new RetrievalReport(
        gallery.count(),
        gallery.dimension(),
        chance(queries, gallery),
        RetrievalMetrics.mean(byQuery),
        means,
        codes.map(c -> RetrievalMetrics.mean(measure(c.encode(queries), c.encode(gallery)))),
        seen.map(s -> RetrievalMetrics.mean(measure(queries, gallery.and(s)))));
  }

  /// One measure a query, in their order.
  public static List<RetrievalMetrics> measure(EmbeddedPictures queries, EmbeddedPictures gallery) {
    List<String> classes = classesOf(queries);
    int[] wanted = queries.labels(classes);
    int[] labels = gallery.labels(classes);
    List<RetrievalMetrics> all = new ArrayList<>(queries.count());
    for (int from = 0; from < queries.count(); from += QUERIES_PER_PRODUCT) {
      int first = from;
      int count = Math.min(QUERIES_PER_PRODUCT, queries.count() - from);
      float[] similarities = similarities(queries, first, count, gallery);
      IntStream.range(0, count)
          .parallel()
          .mapToObj(i -> {
            float[] row =
                Arrays.copyOfRange(similarities, i * gallery.count(), (i + 1) * gallery.count());
            return RetrievalMetrics.of(Ranking.of(row, labels, wanted[first + i]));
          })
          .toList()
          .forEach(all::add);
    }
    return all;
  }

  /// Similarities of some queries to all of a gallery, row by row.
  public static float[] similarities(
      EmbeddedPictures queries, int first, int count, EmbeddedPictures gallery) {
    int dimension = queries.dimension();
    float[] part =
        Arrays.copyOfRange(queries.rows(), first * dimension, (first + count) * dimension);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray left = manager.create(part, new Shape(count, dimension));
      NDArray right = manager.create(gallery.rows(), new Shape(gallery.count(), dimension));
      return left.matMul(right.transpose()).toFloatArray();
    }
  }

  /// The expected mAP of a random order: close to the share of the query's class in the gallery.
  private static double chance(EmbeddedPictures queries, EmbeddedPictures gallery) {
    List<String> classes = classesOf(queries);
    int[] labels = gallery.labels(classes);
    float[] tied = new float[gallery.count()];
    double[] byClass =
        IntStream.range(0, classes.size())
            .mapToDouble(label -> Ranking.of(tied, labels, label).averagePrecision())
            .toArray();
    return Arrays.stream(queries.labels(classes)).mapToDouble(i -> byClass[i]).average().orElse(0);
  }

  private static List<String> classesOf(EmbeddedPictures pictures) {
    return pictures.examples().stream()
        .map(example -> example.label())
        .distinct()
        .sorted()
        .toList();
  }
}
