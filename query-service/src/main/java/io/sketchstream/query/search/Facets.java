package io.sketchstream.query.search;

import io.sketchstream.events.Hit;
import io.sketchstream.events.TagCount;
import io.sketchstream.query.index.TagCounts;
import java.util.List;

/// Counts the tags of the images around the hits: the [#NEIGHBOURHOOD] nearest that pass the
/// filter, from the page's first on (with `k` above that, the `k` nearest). In a kNN search every
/// image is a match, near or far, so counting all matches would count the whole gallery.
final class Facets {
  /// How many images are counted at least, if there are as many.
  static final int NEIGHBOURHOOD = 200;

  private Facets() {}

  /// Most frequent first; equal counts by tag.
  static List<TagCount> count(List<Hit> neighbourhood, int max) {
    if (max == 0) {
      return List.of();
    }
    TagCounts counts = new TagCounts();
    neighbourhood.forEach(hit -> counts.addImage(hit.getAttributes().getTagsList()));
    return counts.top(max);
  }
}
