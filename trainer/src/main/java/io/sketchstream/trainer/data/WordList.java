package io.sketchstream.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// JSON files that map words to meanings: `{"alarm clock": ["analog clock", "wall clock"], ...}`.
final class WordList {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WordList() {}

  /// Maps each word to ImageNet names; entries that are not lists are comments.
  ///
  /// @throws DatasetException when the file can't be read
  static SortedMap<String, SortedSet<String>> names(Path file) {
    SortedMap<String, SortedSet<String>> names = new TreeMap<>();
    tree(file)
        .properties()
        .forEach(entry -> {
          if (entry.getValue().isArray()) {
            SortedSet<String> of = new TreeSet<>();
            entry.getValue().forEach(name -> of.add(name.asText()));
            names.put(entry.getKey(), Collections.unmodifiableSortedSet(of));
          }
        });
    return names;
  }

  /// Maps each word to the class with the same meaning.
  ///
  /// @throws DatasetException when the file can't be read
  static SortedMap<String, String> concepts(Path file) {
    SortedMap<String, String> concepts = new TreeMap<>();
    tree(file).properties().forEach(e -> concepts.put(e.getKey(), e.getValue().asText()));
    return concepts;
  }

  /// The indices of the ImageNet classes by each of their names, from a list of `{"index": 0,
  /// "name": "tench, Tinca tinca"}`.
  ///
  /// @throws DatasetException when the file can't be read
  static SortedMap<String, List<Integer>> imageNetClasses(Path file) {
    SortedMap<String, List<Integer>> classes = new TreeMap<>();
    for (JsonNode entry : tree(file)) {
      for (String name : entry.path("name").asText().split(", ")) {
        classes.computeIfAbsent(name, _ -> new ArrayList<>()).add(entry.path("index").asInt());
      }
    }
    return classes;
  }

  private static JsonNode tree(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new DatasetException("can't read " + file + ": " + e.getMessage(), e);
    }
  }
}
