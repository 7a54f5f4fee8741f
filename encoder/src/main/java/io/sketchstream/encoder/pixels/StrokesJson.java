package io.sketchstream.encoder.pixels;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.sketchstream.events.Stroke;
import io.sketchstream.events.Strokes;
import java.io.IOException;

/// Reads strokes in the simplified form of Quick, Draw!: `[[[x, ...], [y, ...]], ...]`, or an
/// object that has this as `drawing`. A third list in a stroke, of times, is skipped.
public final class StrokesJson {
  private static final int POINTS_MAX = 200_000;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(64).build())
          .build();

  private final JsonParser json;
  private int points;

  private StrokesJson(JsonParser json) {
    this.json = json;
  }

  /// Reads one drawing.
  ///
  /// @throws RefusedImageException when it is not of that form; names the place
  public static Strokes parse(byte[] text) throws RefusedImageException {
    try (JsonParser json = FACTORY.createParser(text)) {
      Strokes strokes = new StrokesJson(json).drawing();
      if (json.nextToken() != null) {
        throw new RefusedImageException("strokes: something follows the drawing" + place(json));
      }
      return strokes;
    } catch (IOException e) {
      throw new RefusedImageException("strokes: not valid JSON: " + firstLine(e), e);
    }
  }

  private Strokes drawing() throws IOException, RefusedImageException {
    JsonToken token = json.nextToken();
    if (token == JsonToken.START_ARRAY) {
      return strokes();
    }
    if (token != JsonToken.START_OBJECT) {
      throw expected("strokes", "a list of strokes, or an object with one as \"drawing\"");
    }
    Strokes found = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("drawing")) {
        found = require("drawing").strokes();
      } else {
        json.skipChildren();
      }
    }
    if (found == null) {
      throw new RefusedImageException("strokes: the object has no \"drawing\"");
    }
    return found;
  }

  private Strokes strokes() throws IOException, RefusedImageException {
    Strokes.Builder strokes = Strokes.newBuilder();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String name = "stroke " + strokes.getStrokesCount();
      require(name);
      strokes.addStrokes(stroke(name));
    }
    return strokes.build();
  }

  private Stroke stroke(String name) throws IOException, RefusedImageException {
    Stroke.Builder stroke = Stroke.newBuilder();
    json.nextToken();
    require(name + ", x");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      stroke.addX(number(name + ", x", stroke.getXCount()));
    }
    json.nextToken();
    require(name + ", y");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      stroke.addY(number(name + ", y", stroke.getYCount()));
    }
    if (stroke.getXCount() != stroke.getYCount()) {
      throw new RefusedImageException(
          String.format(
              "strokes: %s has %d x but %d y coordinates%s",
              name, stroke.getXCount(), stroke.getYCount(), place(json)));
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(name + ", times");
      json.skipChildren();
    }
    return stroke.build();
  }

  private float number(String list, int index) throws IOException, RefusedImageException {
    String name = list + ", point " + index;
    if (!json.currentToken().isNumeric()) {
      throw expected(name, "a number");
    }
    if (++points > 2 * POINTS_MAX) {
      throw new RefusedImageException("strokes: more than " + POINTS_MAX + " points");
    }
    float value = json.getFloatValue();
    if (!Float.isFinite(value)) {
      throw expected(name, "a number that is not too large");
    }
    return value;
  }

  private StrokesJson require(String name) throws RefusedImageException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw expected(name, "a list");
    }
    return this;
  }

  private RefusedImageException expected(String name, String what) {
    String subject = name.equals("strokes") ? "" : name + ": ";
    return new RefusedImageException("strokes: " + subject + "expected " + what + place(json));
  }

  private static String place(JsonParser json) {
    var location = json.currentTokenLocation();
    return " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  private static String firstLine(IOException e) {
    String message = e.getMessage();
    return message == null ? "it ends too early" : message.lines().findFirst().orElse("");
  }
}
