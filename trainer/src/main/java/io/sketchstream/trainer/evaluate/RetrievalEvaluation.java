package io.sketchstream.trainer.evaluate;

import io.sketchstream.score.Hubness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Ranks a gallery for every query and measures the rankings, on all cores.
public final class RetrievalEvaluation {
  private RetrievalEvaluation() {}

  /// Evaluates with cosine similarity.
  public static RetrievalReport of(EmbeddedPictures queries, EmbeddedPictures gallery) {
    return of(queries, gallery, Hubness.none(), Optional.empty(), Optional.empty());
  }

  /// Evaluates with cosine similarity and with the ranking methods of serving; optionally with
  /// binary codes and in the generalised setting.
  ///
  /// @param hubness hubness of the model
  /// @param codes for 64-bit codes, fitted on photos of seen classes
  /// @param seen photos of seen classes: distractors of the generalised setting
  public static RetrievalReport of(
      EmbeddedPictures queries,
      EmbeddedPictures gallery,
      Hubness hubness,
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
    SequencedMap<String, RetrievalMetrics> steps = new LinkedHashMap<>();
    Scoring.steps(hubness)
        .forEach((name, scoring) ->
            steps.put(name, RetrievalMetrics.mean(measure(queries, gallery, scoring))));
    return new RetrievalReport(
        gallery.count(),
        gallery.dimension(),
        chance(queries, gallery),
        steps,
        means,
        codes.map(c -> RetrievalMetrics.mean(measure(c.encode(queries), c.encode(gallery)))),
        seen.map(s -> RetrievalMetrics.mean(measure(queries, gallery.and(s)))));
  }

  /// The metrics of each query, in order, by cosine similarity.
  public static List<RetrievalMetrics> measure(EmbeddedPictures queries, EmbeddedPictures gallery) {
    return measure(queries, gallery, Scoring.plain());
  }

  /// The metrics of each query, in order.
  public static List<RetrievalMetrics> measure(
      EmbeddedPictures queries, EmbeddedPictures gallery, Scoring scoring) {
    List<String> classes = classesOf(queries);
    int[] wanted = queries.labels(classes);
    int[] labels = gallery.labels(classes);
    RetrievalMetrics[] all = new RetrievalMetrics[queries.count()];
    try (GallerySearch search = new GallerySearch(gallery, scoring)) {
      search.forEach(
          queries,
          (query, scores) ->
              all[query] = RetrievalMetrics.of(Ranking.of(scores, labels, wanted[query])));
    }
    return List.of(all);
  }

  /// Similarities of queries to all pictures of a gallery, row by row.
  public static float[] similarities(
      EmbeddedPictures queries, int first, int count, EmbeddedPictures gallery) {
    float[] all = new float[count * gallery.count()];
    List<Integer> places = IntStream.range(first, first + count).boxed().toList();
    try (GallerySearch search = new GallerySearch(gallery, Scoring.plain())) {
      search.forEach(
          queries.only(places),
          (query, scores) ->
              System.arraycopy(scores, 0, all, query * scores.length, scores.length));
    }
    return all;
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
