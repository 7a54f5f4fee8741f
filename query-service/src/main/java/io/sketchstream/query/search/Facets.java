package io.sketchstream.query.search;

import io.sketchstream.events.Hit;
import io.sketchstream.events.TagCount;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Counts the tags of the images around the hits: the [#NEIGHBOURHOOD] nearest that pass the
/// filter, from the page's first on (with `k` above that, the `k` nearest). Every image is near or
/// far in a kNN search, none is out, so counting "all that match" would count the whole gallery.
final class Facets {
  /// How many images are counted at least, if there are as many.
  static final int NEIGHBOURHOOD = 200;

  private Facets() {}

  /// Most frequent first; equal counts by tag. A tag counts once for an image.
  static List<TagCount> count(List<Hit> neighbourhood, int max) {
    if (max == 0) {
      return List.of();
    }
    Map<String, Integer> counts = new HashMap<>();
    for (Hit hit : neighbourhood) {
      for (String tag : new HashSet<>(hit.getAttributes().getTagsList())) {
        counts.merge(tag, 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .sorted(
            Comparator.comparingInt((Map.Entry<String, Integer> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(max)
        .map(entry ->
            TagCount.newBuilder().setTag(entry.getKey()).setCount(entry.getValue()).build())
        .toList();
  }
}
