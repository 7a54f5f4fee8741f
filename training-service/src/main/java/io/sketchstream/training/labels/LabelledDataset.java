package io.sketchstream.training.labels;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.StableHash;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The pictures of a run on disk.
///
/// ```
/// photos/ab/<hash>.jpg      canonical images, by the SHA-256 of their id
/// sketches/cd/<hash>.sketch sketches as they came, by their SHA-256
/// gallery/ab/<hash>.jpg      a sample of the unlabelled images
/// examples.jsonl            {"file": ..., "class": ..., "domain": ..., "imageId": ...}
/// dataset.json              the snapshot and the counts; written last
/// ```
///
/// @param pictures by class
/// @param gallery a sample of the unlabelled images
/// @param counts of what was found and left out, by name
public record LabelledDataset(
    LabelledPictures pictures, List<Path> gallery, Map<String, Long> counts) {
  private static final double CANARY_SHARE = .2;

  /// A small gallery gives more than its share, but no more than half.
  private static final int CANARY_MIN = 50;

  /// The least that a loss of neighbours can be measured on.
  public static final int MEASURABLE_MIN = 20;

  private static final String MANIFEST = "dataset.json";
  private static final String EXAMPLES = "examples.jsonl";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public LabelledDataset {
    gallery = List.copyOf(gallery);
    counts = Map.copyOf(counts);
  }

  /// Unlabelled images that measure changes outside the labelled classes; no run is trained on
  /// them.
  public List<Path> canary() {
    return byHash().subList(0, canaries());
  }

  /// Unlabelled images to train against forgetting.
  public List<Path> replay() {
    return byHash().subList(canaries(), gallery.size());
  }

  /// Those with the lowest hashes, so that a growing gallery keeps them.
  private int canaries() {
    int share = (int) gallery.stream().filter(file -> hash(file) < CANARY_SHARE).count();
    int half = Math.min(CANARY_MIN, Math.max(MEASURABLE_MIN, gallery.size() / 2));
    return Math.min(gallery.size(), Math.max(share, half));
  }

  private List<Path> byHash() {
    return gallery.stream().sorted(Comparator.comparingDouble(LabelledDataset::hash)).toList();
  }

  private static double hash(Path file) {
    return StableHash.fraction("canary/" + file.getFileName());
  }

  /// The dataset that was written for this snapshot; empty when there is none.
  public static Optional<LabelledDataset> find(Path directory, TopicSnapshot snapshot)
      throws IOException {
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
      Map<String, Long> counts = new TreeMap<>();
      json.path("counts").properties().forEach(e -> counts.put(e.getKey(), e.getValue().asLong()));
      return Optional.of(
          new LabelledDataset(
              LabelledPictures.of(examples), new PictureFolder(directory, 0).gallery(), counts));
    } catch (JacksonException e) {
      throw new DatasetException(directory + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  /// Writes the list of examples, then the manifest.
  ///
  /// @param imageIds of the photos, by their files
  void write(Path directory, TopicSnapshot snapshot, Map<Path, String> imageIds)
      throws IOException {
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
