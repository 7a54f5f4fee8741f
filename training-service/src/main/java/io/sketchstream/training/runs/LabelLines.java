package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Stroke;
import io.sketchstream.training.labels.LabelList;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Labels as lines of JSON for `POST /v1/labels`: each keeps its id, so importing it gives the same
/// label.
final class LabelLines {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private LabelLines() {}

  /// Writes all labels; closes nothing.
  static void write(LabelList.Snapshot labels, OutputStream out) throws IOException {
    BufferedOutputStream lines = new BufferedOutputStream(out);
    try {
      labels.forEach((labelId, label) -> {
        try {
          lines.write((of(labelId, label) + "\n").getBytes(UTF_8));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    lines.flush();
  }

  static ObjectNode of(String labelId, ExampleLabelled label) {
    ObjectNode line = JSON.createObjectNode().put("labelId", labelId);
    if (label.hasSketch()) {
      setSketch(line, label.getSketch());
    } else {
      line.put("imageId", label.getImageId());
    }
    line.put("class", label.getClassName()).put("labelledBy", label.getLabelledBy());
    return label.getWrong() ? line.put("wrong", true) : line;
  }

  private static void setSketch(ObjectNode line, Sketch sketch) {
    if (!sketch.hasStrokes()) {
      line.put("sketch", sketch.getRaster().toByteArray());
      return;
    }
    ArrayNode strokes = line.putArray("strokes");
    for (Stroke stroke : sketch.getStrokes().getStrokesList()) {
      ArrayNode coordinates = strokes.addArray();
      ArrayNode x = coordinates.addArray();
      stroke.getXList().forEach(x::add);
      ArrayNode y = coordinates.addArray();
      stroke.getYList().forEach(y::add);
    }
  }
}
