package io.sketchstream.images.sketch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.RefusedImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads strokes in either of the usual forms: that of Quick, Draw!, `[[[x, ...], [y, ...]], ...]`
/// with a third list of times or none, or as lists of points, `[[[x, y], ...], ...]`. Also an
/// object that has one of these as `drawing`. All strokes of a drawing have one form; where both
/// fit, the first is meant.
public final class StrokesJson {
  private static final int POINTS_MAX = 200_000;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(64).build())
          .build();

  private final JsonParser json;
  private int numbers;

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
    List<StrokeLists> strokes = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String name = "stroke " + strokes.size();
      require(name);
      strokes.add(stroke(name));
    }
    Strokes.Builder drawing = Strokes.newBuilder();
    if (strokes.stream().allMatch(StrokeLists::areCoordinates)) {
      strokes.forEach(stroke -> drawing.addStrokes(stroke.fromCoordinates()));
    } else if (strokes.stream().allMatch(StrokeLists::arePoints)) {
      strokes.forEach(stroke -> drawing.addStrokes(stroke.fromPoints()));
    } else {
      throw neither(strokes);
    }
    return drawing.build();
  }

  private static RefusedImageException neither(List<StrokeLists> strokes) {
    for (StrokeLists stroke : strokes) {
      if (!stroke.areCoordinates() && !stroke.arePoints()) {
        return new RefusedImageException(
            "strokes: " + stroke.name() + " " + stroke.mistake() + stroke.place());
      }
    }
    return new RefusedImageException(
        "strokes: some are [[x, ...], [y, ...]], others lists of points [[x, y], ...]; all of a"
            + " drawing must have the same form");
  }

  private StrokeLists stroke(String name) throws IOException, RefusedImageException {
    String place = place(json);
    List<float[]> lists = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(name + ", list " + lists.size());
      lists.add(numbers(name + ", list " + lists.size()));
      place = place(json);
    }
    return new StrokeLists(name, place, lists);
  }

  private float[] numbers(String list) throws IOException, RefusedImageException {
    float[] numbers = new float[4];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count] = number(list, count);
      count++;
    }
    return Arrays.copyOf(numbers, count);
  }

  private float number(String list, int index) throws IOException, RefusedImageException {
    String name = list + ", number " + index;
    if (!json.currentToken().isNumeric()) {
      throw expected(name, "a number");
    }
    if (++numbers > 3 * POINTS_MAX) {
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
