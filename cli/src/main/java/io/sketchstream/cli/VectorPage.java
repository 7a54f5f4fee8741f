package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// The vectors of a page of the gallery as JSON lines: first the generation and the dimension, then
/// one line for each image and its vector.
final class VectorPage {
  private static final String VECTOR = "vector";

  private final String generation;
  private final List<ObjectNode> lines = new ArrayList<>();

  /// @param before the generation of the page before; empty for the first one
  /// @throws CommandFailure when this page is of another one, as their vectors must not be mixed
  VectorPage(JsonNode page, String before) {
    generation = page.path("generation").asText();
    if (!before.isEmpty() && !generation.equals(before)) {
      throw new CommandFailure(
          "another model became active meanwhile (%s, before %s): export again"
              .formatted(generation, before));
    }
  }

  String generation() {
    return generation;
  }

  /// Moves the vector of an image from its entry to this page.
  void take(GalleryArchive.Entry entry) {
    JsonNode vector = ((ObjectNode) entry.attributes()).remove(VECTOR);
    if (vector == null || !vector.isArray()) {
      throw new CommandFailure(entry.id() + ": the server returned no vector");
    }
    if (lines.isEmpty()) {
      lines.add(
          Server.JSON
              .createObjectNode()
              .put("generation", generation)
              .put("dimension", vector.size()));
    }
    ObjectNode line = Server.JSON.createObjectNode().put("imageId", entry.id());
    line.set(VECTOR, vector);
    lines.add(line);
  }

  /// Empty where there is no image.
  List<ObjectNode> lines() {
    return lines;
  }
}
