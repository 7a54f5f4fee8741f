package io.sketchstream.images.sketch;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.RefusedImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// Reads strokes in either of the usual forms: that of Quick, Draw!, `[[[x, ...], [y, ...]], ...]`
/// with a third list of times or none, or as lists of points, `[[[x, y], ...], ...]`. Also an
/// object that has one of these as `drawing`. All strokes of a drawing have one form; where both
/// fit, the first is meant.
///
/// Strokes, lists and numbers are counted while they are read: a few bytes of text become many of
/// memory.
public final class StrokesJson {
  /// Byte-order marks of UTF-8 and UTF-16.
  private static final byte[][] MARKS = {
    {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, {(byte) 0xfe, (byte) 0xff}, {(byte) 0xff, (byte) 0xfe}
  };

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(64).build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // To name them in the refusal.
          .build();

  private final JsonParser json;
  private int listsLeft = StrokeRenderer.POINTS_MAX;
  private int numbersLeft = 3 * StrokeRenderer.POINTS_MAX;

  private StrokesJson(JsonParser json) {
    this.json = json;
  }

  /// Whether a file begins like JSON, in UTF-8 or UTF-16, with or without a byte-order mark.
  public static boolean looksLikeJson(byte[] file) {
    boolean zero = false;
    for (int i = markSize(file); i < file.length; i++) {
      byte b = file[i];
      if (b == 0 && !zero) { // The high byte in UTF-16.
        zero = true;
      } else if (b == ' ' || b == '\t' || b == '\n' || b == '\r') {
        zero = false;
      } else {
        return b == '[' || b == '{';
      }
    }
    return false;
  }

  private static int markSize(byte[] file) {
    for (byte[] mark : MARKS) {
      if (file.length >= mark.length && Arrays.equals(file, 0, mark.length, mark, 0, mark.length)) {
        return mark.length;
      }
    }
    return 0;
  }

  /// Reads one drawing.
  ///
  /// @throws RefusedImageException when it is not of that form; names the place
  public static Strokes parse(byte[] text) throws RefusedImageException {
    try (JsonParser json = FACTORY.createParser(text)) {
      Strokes strokes = new StrokesJson(json).drawing();
      if (json.nextToken() != null) {
        throw new RefusedImageException(
            "strokes: something follows the drawing" + place(json.currentTokenLocation()));
      }
      return strokes;
    } catch (IOException e) {
      throw new RefusedImageException("strokes: not valid JSON" + place(e), e);
    }
  }

  private Strokes drawing() throws IOException, RefusedImageException {
    JsonToken token = json.nextToken();
    if (token == JsonToken.START_ARRAY) {
      return strokes();
    }
    if (token != JsonToken.START_OBJECT) {
      throw expected("", "a list of strokes, or an object with one as \"drawing\"");
    }
    Strokes found = null;
    String program = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("drawing")) {
        requireList(() -> "drawing: ");
        found = strokes();
      } else {
        program = program.isEmpty() ? program(name) : program;
        json.skipChildren();
      }
    }
    if (found == null) {
      throw new RefusedImageException(
          program.isEmpty()
              ? "strokes: the object has no \"drawing\""
              : "a file of " + program + " is not supported; export the drawing as SVG or PNG");
    }
    return found;
  }

  /// The drawing program whose file has this field; empty for none that is known.
  private String program(String field) throws IOException {
    return switch (field) {
      case "tldrawFileFormatVersion" -> "tldraw";
      case "type" -> "excalidraw".equals(json.getText()) ? "Excalidraw" : "";
      case "lottie", "fr" -> "Lottie";
      default -> "";
    };
  }

  private Strokes strokes() throws IOException, RefusedImageException {
    List<StrokeLists> strokes = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (strokes.size() == StrokeRenderer.STROKES_MAX) {
        throw tooMany(StrokeRenderer.STROKES_MAX, "strokes");
      }
      strokes.add(stroke(strokes.size()));
    }
    strokes.removeIf(StrokeLists::isEmpty); // A pen that touched nothing.
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
            "strokes: stroke %d %s%s"
                .formatted(stroke.index(), stroke.mistake(), place(stroke.end())));
      }
    }
    return new RefusedImageException(
        "strokes: some are [[x, ...], [y, ...]], others lists of points [[x, y], ...]; all of a"
            + " drawing must have the same form");
  }

  private StrokeLists stroke(int index) throws IOException, RefusedImageException {
    requireList(() -> "stroke " + index + ": ");
    JsonLocation end = json.currentTokenLocation();
    List<float[]> lists = new ArrayList<>(3);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (--listsLeft < 0) {
        throw tooMany(StrokeRenderer.POINTS_MAX, "points or lists");
      }
      lists.add(numbers(index, lists.size()));
      end = json.currentTokenLocation();
    }
    return new StrokeLists(index, end, lists);
  }

  private float[] numbers(int stroke, int list) throws IOException, RefusedImageException {
    requireList(() -> "stroke %d, list %d: ".formatted(stroke, list));
    float[] numbers = new float[4];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      int index = count;
      numbers[count] =
          number(() -> "stroke %d, list %d, number %d: ".formatted(stroke, list, index));
      count++;
    }
    return count == numbers.length ? numbers : Arrays.copyOf(numbers, count);
  }

  private float number(Supplier<String> name) throws IOException, RefusedImageException {
    if (!json.currentToken().isNumeric()) {
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

  private void requireList(Supplier<String> name) throws RefusedImageException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw expected(name.get(), "a list");
    }
  }

  private static RefusedImageException tooMany(int countMax, String what) {
    return new RefusedImageException("strokes: more than " + countMax + " " + what);
  }

  /// @param name of the part that it is about, with a colon; empty for the whole
  private RefusedImageException expected(String name, String what) {
    return new RefusedImageException(
        "strokes: " + name + "expected " + what + place(json.currentTokenLocation()));
  }

  private static String place(JsonLocation location) {
    return " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  /// Where it is wrong; the parser's own messages name its classes.
  private static String place(IOException e) {
    return e instanceof JacksonException json && json.getLocation() != null
        ? " at line %d, column %d"
            .formatted(json.getLocation().getLineNr(), json.getLocation().getColumnNr())
        : "";
  }
}
