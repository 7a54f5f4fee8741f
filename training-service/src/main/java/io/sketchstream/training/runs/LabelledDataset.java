package io.sketchstream.training.runs;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.training.data.DatasetException;
import io.sketchstream.training.data.Domain;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.LabelledPictures;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pictures of a run on disk.
///
/// ```
/// photos/ab/<hash>.jpg      canonical images, by the SHA-256 of their id
/// sketches/cd/<hash>.sketch sketches as they came, by their SHA-256
/// examples.jsonl            {"file": ..., "class": ..., "domain": ..., "imageId": ...}
/// dataset.json              the snapshot and the counts; written last
/// ```
///
/// @param pictures by class
/// @param counts what was found and what was left out, by name
record LabelledDataset(LabelledPictures pictures, Map<String, Long> counts) {
  private static final String MANIFEST = "dataset.json";
  private static final String EXAMPLES = "examples.jsonl";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  LabelledDataset {
    counts = Map.copyOf(counts);
  }

  /// One that was written before as a whole; empty where there is none, or one of other ends.
  static Optional<LabelledDataset> find(Path directory, Snapshot snapshot) throws IOException {
    Path manifest = directory.resolve(MANIFEST);
    if (!Files.exists(manifest)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(manifest.toFile());
      if (!json.path("snapshot").equals(JSON.valueToTree(snapshot.describe()))) {
        return Optional.empty();
      }
      List<Example> examples = new ArrayList<>();
      try (BufferedReader lines = Files.newBufferedReader(directory.resolve(EXAMPLES))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          JsonNode example = JSON.readTree(line);
          examples.add(
              new Example(
                  directory.resolve(example.required("file").asText()),
                  example.required("class").asText(),
                  Domain.valueOf(example.required("domain").asText())));
        }
      }
      Map<String, Long> counts = new java.util.TreeMap<>();
      json.path("counts").properties().forEach(e -> counts.put(e.getKey(), e.getValue().asLong()));
      return Optional.of(new LabelledDataset(LabelledPictures.of(examples), counts));
    } catch (JacksonException e) {
      throw new DatasetException(directory + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  /// Writes the list of examples and, last, what they are.
  ///
  /// @param imageIds of the photos, by their files
  void write(Path directory, Snapshot snapshot, Map<Path, String> imageIds) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(directory.resolve(EXAMPLES))) {
      for (List<Example> side : List.of(pictures.photos(), pictures.sketches())) {
        for (Example example : side) {
          ObjectNode line =
              JSON.createObjectNode()
                  .put("file", directory.relativize(example.file()).toString())
                  .put("class", example.label())
                  .put("domain", example.domain().name());
          String imageId = imageIds.get(example.file());
          if (imageId != null) {
            line.put("imageId", imageId);
          }
          lines.write(line + "\n");
        }
      }
    }
    ObjectNode manifest = JSON.createObjectNode();
    manifest.set("snapshot", JSON.valueToTree(snapshot.describe()));
    manifest.set("counts", JSON.valueToTree(counts));
    manifest.put("fingerprint", pictures.fingerprint());
    JSON.writer(SerializationFeature.INDENT_OUTPUT)
        .writeValue(directory.resolve(MANIFEST).toFile(), manifest);
  }
}
