package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.events.Sha256;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Sends labels in batches of about a megabyte and counts the outcomes.
final class LabelSender {
  private static final int BATCH_BYTES = 1 << 20;

  private final Server server;
  private final PrintWriter err;
  private final String labelledBy;
  private final boolean undo;
  private final List<Path> photos = new ArrayList<>();
  private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
  private long accepted;
  private long withdrawn;
  private long rejected;
  private long linesBefore;
  private long linesInBatch;

  /// @param labelledBy name of the labeller
  /// @param undo whether the labels are withdrawn
  LabelSender(Server server, PrintWriter err, String labelledBy, boolean undo) {
    this.server = server;
    this.err = err;
    this.labelledBy = labelledBy;
    this.undo = undo;
  }

  /// Labels an image of the gallery, named by the content of its file.
  void image(Path file, String className) throws IOException {
    label(of(className).put("imageId", Sha256.hex(file)));
  }

  /// Labels a drawing: a picture, the strokes of a `.json` file, or of each line of a `.ndjson`.
  void sketch(Path file, String className) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      label(of(className).set("strokes", drawing(file.toString(), Files.readString(file))));
    } else if (name.endsWith(".ndjson")) {
      drawings(file, className);
    } else {
      byte[] bytes = Files.readAllBytes(file);
      if (TeachingFolder.looksLikePhoto(bytes)) {
        photos.add(file);
      }
      label(of(className).put("sketch", bytes));
    }
  }

  private void drawings(Path file, String className) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          label(of(className).set("strokes", drawing(file + " line " + number, line)));
        }
      }
    }
  }

  /// Files that were labelled as sketches and look like photos.
  List<Path> photos() {
    return photos;
  }

  /// Adds a label.
  void label(ObjectNode label) {
    send((undo ? label.put("withdrawn", true) : label).toString());
  }

  /// Adds a label as POST /v1/labels accepts it.
  void line(String json) {
    if (undo && !json.isBlank() && json(json) instanceof ObjectNode label) {
      label(label);
    } else {
      send(json);
    }
  }

  /// The server refuses lines that are not JSON, and names them.
  private static JsonNode json(String text) {
    try {
      return Server.JSON.readTree(text);
    } catch (JacksonException _) {
      return Server.JSON.nullNode();
    }
  }

  private void send(String json) {
    linesInBatch++;
    batch.writeBytes(json.getBytes(UTF_8));
    batch.write('\n');
    if (batch.size() >= BATCH_BYTES) {
      flush();
    }
  }

  /// Sends what is left.
  void flush() {
    if (batch.size() == 0) {
      return;
    }
    JsonNode answer =
        Server.expectJson(
            server.post("/v1/labels", Map.of(), "application/x-ndjson", batch.toByteArray()));
    accepted += answer.path("accepted").asLong();
    withdrawn += answer.path("withdrawn").asLong();
    for (JsonNode error : answer.path("errors")) {
      err.printf(
          "line %d: %s%n",
          linesBefore + error.path("line").asLong(), error.path("detail").asText());
    }
    err.flush();
    rejected += answer.path("rejected").asLong(answer.path("errors").size());
    linesBefore += linesInBatch;
    linesInBatch = 0;
    batch.reset();
  }

  long rejected() {
    return rejected;
  }

  /// Such as `12 labels accepted, 0 rejected`.
  String summary() {
    if (undo) {
      return "%,d labels withdrawn, %,d rejected".formatted(withdrawn, rejected);
    }
    return "%,d labels accepted, %,d rejected".formatted(accepted + withdrawn, rejected);
  }

  private ObjectNode of(String className) {
    return Server.JSON.createObjectNode().put("class", className).put("labelledBy", labelledBy);
  }

  private static JsonNode drawing(String place, String text) {
    try {
      JsonNode drawing = Server.JSON.readTree(text);
      return drawing.isObject() ? drawing.path("drawing") : drawing;
    } catch (JacksonException e) {
      throw new CommandFailure(place + ": not valid JSON: " + e.getOriginalMessage());
    }
  }
}
