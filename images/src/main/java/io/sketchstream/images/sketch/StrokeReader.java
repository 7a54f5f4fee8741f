package io.sketchstream.images.sketch;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.sketch.StrokeLists.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/// Reads a list of strokes, each as lists of numbers or as an object with names.
///
/// Strokes, lists and numbers are counted while they are read: a few bytes of text become many of
/// memory.
final class StrokeReader {
  /// Names of the points of a stroke in the files of drawing libraries.
  static final Set<String> POINTS = Set.of("points", "paths", "path", "coordinates");

  private static final Set<String> ERASERS = Set.of("eraser", "erase", "destination-out");

  /// What Excalidraw draws with a pen, and its lines.
  private static final Set<String> PEN_STROKES = Set.of("freedraw", "draw", "line", "arrow");

  private final JsonParser json;
  private final boolean excalidraw;
  private int listsLeft = StrokeRenderer.POINTS_MAX;
  private int numbersLeft = 3 * StrokeRenderer.POINTS_MAX;

  /// @param excalidraw whether the objects are elements of Excalidraw: their points are relative
  StrokeReader(JsonParser json, boolean excalidraw) {
    this.json = json;
    this.excalidraw = excalidraw;
  }

  /// The strokes of the list that the parser is at.
  List<StrokeLists> strokes() throws IOException, RefusedImageException {
    List<StrokeLists> strokes = new ArrayList<>();
    int index = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      StrokeLists stroke =
          json.currentToken() == JsonToken.START_OBJECT ? object(index) : stroke(index);
      index++;
      // A list of points without strokes is as long as a stroke may be.
      boolean point = stroke.kind() == Kind.NUMBERS || stroke.kind() == Kind.POINT;
      if (strokes.size() == (point ? StrokeRenderer.POINTS_MAX : StrokeRenderer.STROKES_MAX)) {
        throw tooMany(strokes.size(), point ? "points" : "strokes");
      }
      strokes.add(stroke);
    }
    return strokes;
  }

  private StrokeLists stroke(int index) throws IOException, RefusedImageException {
    requireList(() -> "stroke " + index + ": ");
    JsonLocation end = json.currentTokenLocation();
    List<float[]> lists = new ArrayList<>(3);
    JsonToken first = json.nextToken();
    if (first.isNumeric()) {
      lists.add(numbers(index, 0));
      return StrokeLists.of(index, json.currentTokenLocation(), Kind.NUMBERS, lists);
    }
    boolean named = first == JsonToken.START_OBJECT;
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = json.nextToken()) {
      countList();
      int list = lists.size();
      if (named) {
        lists.add(point(() -> "stroke %d, point %d: ".formatted(index, list)));
      } else {
        requireList(() -> "stroke %d, list %d: ".formatted(index, list));
        json.nextToken();
        lists.add(numbers(index, list));
      }
      end = json.currentTokenLocation();
    }
    return StrokeLists.of(index, end, named ? Kind.POINTS : Kind.LISTS, lists);
  }

  /// A stroke with names, or a point.
  private StrokeLists object(int index) throws IOException, RefusedImageException {
    countList();
    Supplier<String> name = () -> "stroke " + index + ": ";
    List<float[]> points = null;
    float[][] coordinates = new float[2][];
    float[] place = {Float.NaN, Float.NaN};
    boolean gone = false;
    String unknown = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      int axis = field.equalsIgnoreCase("x") ? 0 : field.equalsIgnoreCase("y") ? 1 : -1;
      JsonToken value = json.nextToken();
      if (axis >= 0 && value.isNumeric()) {
        place[axis] = number(name);
      } else if (axis >= 0 && value == JsonToken.START_ARRAY) {
        json.nextToken();
        coordinates[axis] = numbers(index, axis);
      } else if (POINTS.contains(field) && value == JsonToken.START_ARRAY) {
        points = points(index);
      } else {
        if (erases(field)) {
          throw new RefusedImageException(
              ("strokes: stroke %d is one of an eraser, which is not supported; send the drawing as"
                      + " PNG")
                  .formatted(index));
        }
        gone |= field.equals("isDeleted") && value == JsonToken.VALUE_TRUE;
        unknown = unknown.isEmpty() ? unknown(field) : unknown;
        json.skipChildren();
      }
    }
    JsonLocation end = json.currentTokenLocation();
    if (excalidraw && gone) {
      return StrokeLists.of(index, end, Kind.POINTS, List.of());
    } else if (excalidraw && !unknown.isEmpty()) {
      throw new RefusedImageException(
          "a file of Excalidraw with %s is not supported; export the drawing as SVG or PNG"
              .formatted(unknown));
    }
    boolean placed = !Float.isNaN(place[0]) && !Float.isNaN(place[1]);
    if (points != null) {
      return placedStroke(StrokeLists.of(index, end, Kind.POINTS, points), place, placed);
    }
    if (coordinates[0] != null && coordinates[1] != null) {
      return StrokeLists.of(index, end, Kind.COORDINATES, List.of(coordinates));
    }
    if (!placed) {
      throw expected(name.get(), "an object with \"points\", or with \"x\" and \"y\"");
    }
    return StrokeLists.of(index, end, Kind.POINT, List.of(place));
  }

  private StrokeLists placedStroke(StrokeLists stroke, float[] place, boolean placed)
      throws RefusedImageException {
    if (!placed || (place[0] == 0 && place[1] == 0)) {
      return stroke;
    }
    if (!excalidraw) {
      throw new RefusedImageException(
          "strokes: stroke %d has points and a place \"x\", \"y\" of its own%s; add it to the points"
              .formatted(stroke.index(), place(stroke.end())));
    }
    return stroke.at(place[0], place[1]);
  }

  /// Whether a field says that its stroke removes what is under it, in the words of drawing
  /// libraries.
  private boolean erases(String field) throws IOException {
    return switch (field) {
      case "drawMode" -> json.currentToken() == JsonToken.VALUE_FALSE;
      case "eraser", "isEraser", "erase" -> json.currentToken() == JsonToken.VALUE_TRUE;
      case "tool", "type", "mode", "compositeOperation", "globalCompositeOperation" ->
          ERASERS.contains(json.getText().toLowerCase(Locale.ROOT));
      default -> false;
    };
  }

  /// What a field of an element of Excalidraw says that it is, other than a stroke.
  private String unknown(String field) throws IOException {
    if (field.equals("type") && !PEN_STROKES.contains(json.getText())) {
      return "\"%.40s\"".formatted(json.getText());
    }
    boolean turned =
        field.equals("angle") && json.currentToken().isNumeric() && json.getFloatValue() != 0;
    return turned ? "turned strokes" : "";
  }

  /// Points with names or without, or as `[x, y, x, y, ...]`.
  private List<float[]> points(int stroke) throws IOException, RefusedImageException {
    List<float[]> points = new ArrayList<>();
    JsonToken first = json.nextToken();
    if (first.isNumeric()) {
      float[] flat = numbers(stroke, 0);
      if (flat.length % 2 != 0) {
        throw expected("stroke " + stroke + ": ", "as many x as y in [x, y, x, y, ...]");
      }
      for (int i = 0; i < flat.length; i += 2) {
        points.add(new float[] {flat[i], flat[i + 1]});
      }
      return points;
    }
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = json.nextToken()) {
      countList();
      int index = points.size();
      Supplier<String> name = () -> "stroke %d, point %d: ".formatted(stroke, index);
      if (token == JsonToken.START_OBJECT) {
        points.add(point(name));
      } else {
        requireList(name);
        json.nextToken();
        points.add(numbers(stroke, index));
      }
    }
    return points;
  }

  /// @return x and y
  private float[] point(Supplier<String> name) throws IOException, RefusedImageException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw expected(name.get(), "an object with \"x\" and \"y\"");
    }
    float[] point = {Float.NaN, Float.NaN};
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      int axis = field.equalsIgnoreCase("x") ? 0 : field.equalsIgnoreCase("y") ? 1 : -1;
      json.nextToken();
      if (axis >= 0) {
        point[axis] = number(() -> name.get() + field + ": ");
      } else {
        json.skipChildren();
      }
    }
    if (Float.isNaN(point[0]) || Float.isNaN(point[1])) {
      throw expected(name.get(), "an object with \"x\" and \"y\"");
    }
    return point;
  }

  /// The rest of a list whose first token was read.
  private float[] numbers(int stroke, int list) throws IOException, RefusedImageException {
    float[] numbers = new float[4];
    int count = 0;
    while (json.currentToken() != JsonToken.END_ARRAY) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      int index = count;
      numbers[count] =
          number(() -> "stroke %d, list %d, number %d: ".formatted(stroke, list, index));
      count++;
      json.nextToken();
    }
    return count == numbers.length ? numbers : Arrays.copyOf(numbers, count);
  }

  private float number(Supplier<String> name) throws IOException, RefusedImageException {
    if (json.currentToken() == null || !json.currentToken().isNumeric()) {
      throw expected(name.get(), "a number");
    }
    if (--numbersLeft < 0) {
      throw tooMany(StrokeRenderer.POINTS_MAX, "points");
    }
    float value = json.getFloatValue();
    if (Float.isNaN(value)) {
      throw expected(name.get(), "a number, not NaN");
    }
    if (!Float.isFinite(value)) {
      throw expected(name.get(), "a number that is not too large");
    }
    return value;
  }

  private void countList() throws RefusedImageException {
    if (--listsLeft < 0) {
      throw tooMany(StrokeRenderer.POINTS_MAX, "points or lists");
    }
  }

  private void requireList(Supplier<String> name) throws RefusedImageException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw expected(name.get(), "a list");
    }
  }

  /// @param name of the part that it is about, with a colon
  private RefusedImageException expected(String name, String what) {
    return new RefusedImageException(
        "strokes: " + name + "expected " + what + place(json.currentTokenLocation()));
  }

  static RefusedImageException tooMany(int countMax, String what) {
    return new RefusedImageException("strokes: more than " + countMax + " " + what);
  }

  static String place(JsonLocation location) {
    return " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
