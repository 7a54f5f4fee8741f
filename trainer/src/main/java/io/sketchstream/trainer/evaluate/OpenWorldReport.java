package io.sketchstream.trainer.evaluate;

import io.sketchstream.score.Hubness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.IntStream;

/// How often drawings of everyday words find a right picture in a gallery with one picture of each
/// of a thousand kinds.
///
/// @param queries drawings
/// @param words number of different words
/// @param gallery number of pictures searched
/// @param steps results by ranking method, as in [RetrievalReport]
public record OpenWorldReport(
    int queries, int words, int gallery, SequencedMap<String, Hits> steps) {

  /// Shares of the queries with a right picture among the first hits.
  ///
  /// @param at1 the first one is right
  /// @param at10 one of the first ten
  /// @param at50 one of the first fifty
  public record Hits(double at1, double at10, double at50) {}

  /// @param queries their label is the word
  /// @param gallery their label is the name
  /// @param names right answers by word
  static OpenWorldReport of(
      EmbeddedPictures queries,
      EmbeddedPictures gallery,
      Map<String, SortedSet<String>> names,
      Hubness hubness) {
    SequencedMap<String, Hits> steps = new LinkedHashMap<>();
    Scoring.steps(hubness)
        .forEach((name, scoring) -> steps.put(name, hits(queries, gallery, names, scoring)));
    int words =
        (int) queries.examples().stream().map(example -> example.label()).distinct().count();
    return new OpenWorldReport(queries.count(), words, gallery.count(), steps);
  }

  private static Hits hits(
      EmbeddedPictures queries,
      EmbeddedPictures gallery,
      Map<String, SortedSet<String>> names,
      Scoring scoring) {
    int[] ranks = new int[queries.count()];
    try (GallerySearch search = new GallerySearch(gallery, scoring)) {
      search.forEach(
          queries,
          (query, scores) ->
              ranks[query] =
                  rank(gallery, scores, names.get(queries.examples().get(query).label())));
    }
    return new Hits(share(ranks, 1), share(ranks, 10), share(ranks, 50));
  }

  /// The rank of the best right picture, counted from 1.
  private static int rank(EmbeddedPictures gallery, float[] scores, Set<String> right) {
    float best = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      if (right.contains(gallery.examples().get(i).label())) {
        best = Math.max(best, scores[i]);
      }
    }
    int rank = 1;
    for (float score : scores) {
      rank += score > best ? 1 : 0;
    }
    return rank;
  }

  private static double share(int[] ranks, int k) {
    return IntStream.of(ranks).filter(rank -> rank <= k).count() / (double) ranks.length;
  }

  /// The report as a text table.
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT, "%d drawings of %d words, %d pictures", queries, words, gallery));
    lines.add(String.format(Locale.ROOT, "%-24s %7s %7s %7s", "", "hit@1", "hit@10", "hit@50"));
    steps.forEach((name, hits) ->
        lines.add(
            String.format(
                Locale.ROOT,
                "%-24s %7.3f %7.3f %7.3f",
                name,
                hits.at1(),
                hits.at10(),
                hits.at50())));
    return String.join("\n", lines) + "\n";
  }
}
