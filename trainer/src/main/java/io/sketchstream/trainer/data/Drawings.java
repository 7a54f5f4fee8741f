package io.sketchstream.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A folder of Quick, Draw! drawings: one file `<word>.ndjson` per word, one drawing per line. A
/// quarter of the drawings, chosen by the hash of their key, is for evaluation only. Immutable.
final class Drawings {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SortedMap<String, Path> files = new TreeMap<>();

  /// @throws DatasetException when the folder is missing
  Drawings(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      children
          .filter(file -> file.toString().endsWith(LabelledPictures.JSON_LINES))
          .forEach(file -> {
            String name = file.getFileName().toString();
            int end = name.length() - LabelledPictures.JSON_LINES.length();
            files.put(name.substring(0, end), file);
          });
    } catch (IOException e) {
      throw new DatasetException("can't list the drawings in " + folder + ": " + e.getMessage(), e);
    }
  }

  SortedSet<String> words() {
    return new TreeSet<>(files.keySet());
  }

  /// The drawings of a word: those for training or those held back.
  ///
  /// @param label their label
  /// @throws DatasetException when a line is damaged
  List<Example> of(String word, String label, boolean heldBack) {
    Path file = files.get(word);
    List<Example> examples = new ArrayList<>();
    if (file == null) {
      return examples;
    }
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        JsonNode drawing = JSON.readTree(lines.get(i));
        if (isHeldBack(drawing.path("key_id").asText()) == heldBack) {
          examples.add(new Example(file, i, label, PictureKind.STROKES));
        }
      }
    } catch (IOException e) {
      throw new DatasetException(file + " can't be used: " + e.getMessage(), e);
    }
    return examples;
  }

  /// Whether the MD5 of a key, as a number, is divisible by four.
  static boolean isHeldBack(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8));
      return (hash[hash.length - 1] & 3) == 0;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
