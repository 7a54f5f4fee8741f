package io.sketchstream.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which classes belong to which split. Zero-shot: each class is in one split only, so the classes
/// of an evaluation are never trained on.
public final class ClassSplits {
  private final SortedMap<String, SortedSet<String>> classesBySplit;

  private ClassSplits(SortedMap<String, SortedSet<String>> classesBySplit) {
    this.classesBySplit = classesBySplit;
  }

  /// Splits from lists of classes.
  ///
  /// @param classesBySplit the classes of each split, by its name
  /// @throws DatasetException when a class is in two splits
  public static ClassSplits of(Map<String, ? extends Iterable<String>> classesBySplit) {
    SortedMap<String, SortedSet<String>> sorted = new TreeMap<>();
    Map<String, String> splitOfClass = new TreeMap<>();
    classesBySplit.forEach((split, labels) -> {
      for (String label : labels) {
        String other = splitOfClass.put(label, split);
        if (other != null && !other.equals(split)) {
          throw new DatasetException(
              "class %s is in two splits, %s and %s".formatted(label, other, split));
        }
        sorted.computeIfAbsent(split, _ -> new TreeSet<>()).add(label);
      }
    });
    return new ClassSplits(sorted);
  }

  /// Reads a JSON file, in either of two forms: `{"train": ["ant", ...], "val": [...]}`, or
  /// `{"classes": {"ant": {"split": "train"}, ...}}`.
  ///
  /// @throws DatasetException when it can't be read or has neither form
  public static ClassSplits read(Path file) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new DatasetException("can't read the splits in " + file + ": " + e.getMessage(), e);
    }
    SortedMap<String, SortedSet<String>> classesBySplit = new TreeMap<>();
    if (root.path("classes").isObject()) {
      root.get("classes")
          .properties()
          .forEach(entry ->
              classesBySplit
                  .computeIfAbsent(
                      entry.getValue().path("split").asText("unnamed"), _ -> new TreeSet<>())
                  .add(entry.getKey()));
    } else {
      root.properties()
          .forEach(entry ->
              entry
                  .getValue()
                  .forEach(label ->
                      classesBySplit
                          .computeIfAbsent(entry.getKey(), _ -> new TreeSet<>())
                          .add(label.asText())));
    }
    if (classesBySplit.isEmpty()) {
      throw new DatasetException(
          file + " names no classes; expected {\"train\": [\"ant\", ...], \"val\": [...]}");
    }
    return of(classesBySplit);
  }

  /// The classes of a split, in alphabetical order.
  ///
  /// @throws DatasetException when there is no such split
  public Set<String> classes(String split) {
    SortedSet<String> labels = classesBySplit.get(split);
    if (labels == null) {
      throw new DatasetException("no split %s; there are %s".formatted(split, splits()));
    }
    return Collections.unmodifiableSet(labels);
  }

  /// The names of the splits, in alphabetical order.
  public List<String> splits() {
    return List.copyOf(classesBySplit.keySet());
  }
}
