package io.sketchstream.query.index;

import io.sketchstream.events.TagCount;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Counts how many images have each tag.
public final class TagCounts {
  private final Map<String, Integer> counts = new HashMap<>();

  /// Counts one image; a tag counts once for it.
  public void addImage(List<String> tags) {
    new HashSet<>(tags).forEach(tag -> counts.merge(tag, 1, Integer::sum));
  }

  /// Adds what was counted elsewhere.
  public void add(TagCount counted) {
    counts.merge(counted.getTag(), counted.getCount(), Integer::sum);
  }

  /// Most frequent first; equal counts by tag.
  public List<TagCount> top(int max) {
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
