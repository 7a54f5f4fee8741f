package io.sketchstream.images.sketch;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.RefusedImageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Reads strokes in the forms that are usual:
///
/// - that of Quick, Draw!, `[[[x, ...], [y, ...]], ...]` with a third list of times or none;
/// - lists of points, `[[[x, y], ...], ...]` or `[[{"x": 1, "y": 2}, ...], ...]`;
/// - objects with `points`, as lists, objects or `[x, y, x, y, ...]`, or with lists `x` and `y`;
/// - a single stroke of these; steps with a pen, `[[dx, dy, pen], ...]`, as of sketch-rnn.
///
/// Also an object that has one of these as `drawing`, `strokes`, `lines`, `paths` or `ink`, and pen
/// strokes of Excalidraw. All strokes of a drawing have one form; where several fit, the first is
/// meant.
public final class StrokesJson {
  /// Byte-order marks of UTF-8 and UTF-16.
  private static final byte[][] MARKS = {
    {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, {(byte) 0xfe, (byte) 0xff}, {(byte) 0xff, (byte) 0xfe}
  };

  private static final String EXCALIDRAW = "Excalidraw";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(64).build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // To name them in the refusal.
          .build();

  /// Names of the strokes in an object, beside `drawing`.
  private static final Set<String> STROKES = Set.of("strokes", "lines", "paths", "ink");

  private static final String DRAWING = "drawing";
  private static final String ELEMENTS = "elements";

  private StrokesJson() {}

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
      JsonToken token = json.nextToken();
      if (token != JsonToken.START_ARRAY && token != JsonToken.START_OBJECT) {
        throw new RefusedImageException(
            "strokes: expected a list of strokes, or an object with one as \"drawing\""
                + StrokeReader.place(json.currentTokenLocation()));
      }
      List<StrokeLists> strokes =
          token == JsonToken.START_ARRAY
              ? new StrokeReader(json, false).strokes()
              : strokes(json, named(text));
      if (json.nextToken() != null) {
        boolean another =
            json.currentToken() == JsonToken.START_OBJECT
                || json.currentToken() == JsonToken.START_ARRAY;
        throw new RefusedImageException(
            "strokes: "
                + (another ? "another drawing follows the first" : "something follows the drawing")
                + StrokeReader.place(json.currentTokenLocation()));
      }
      return StrokeForms.drawing(strokes);
    } catch (IOException e) {
      throw new RefusedImageException("strokes: not valid JSON" + place(e), e);
    }
  }

  /// The name of the strokes in an object; it may stand behind other lists.
  private static String named(byte[] text) throws IOException, RefusedImageException {
    Set<String> lists = new TreeSet<>();
    String program = "";
    try (JsonParser json = FACTORY.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        boolean list = json.nextToken() == JsonToken.START_ARRAY;
        if (name.equals(DRAWING) || (list && STROKES.contains(name))) {
          lists.add(name);
        }
        program = program.isEmpty() ? program(json, name) : program;
        json.skipChildren();
      }
    }
    if (program.equals(EXCALIDRAW)) {
      return ELEMENTS;
    } else if (lists.contains(DRAWING)) {
      return DRAWING;
    } else if (lists.size() > 1) {
      throw new RefusedImageException(
          "strokes: the object has lists as %s; which is the drawing?".formatted(lists));
    } else if (lists.isEmpty()) {
      throw new RefusedImageException(
          program.isEmpty()
              ? "strokes: the object has no \"drawing\", nor a list of strokes as \"strokes\","
                  + " \"lines\", \"paths\" or \"ink\""
              : "a file of " + program + " is not supported; export the drawing as SVG or PNG");
    }
    return lists.iterator().next();
  }

  /// @param drawing name of the strokes
  private static List<StrokeLists> strokes(JsonParser json, String drawing)
      throws IOException, RefusedImageException {
    List<StrokeLists> strokes = List.of();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (!name.equals(drawing)) {
        json.skipChildren();
      } else if (value == JsonToken.START_ARRAY) {
        strokes = new StrokeReader(json, name.equals(ELEMENTS)).strokes();
      } else {
        throw new RefusedImageException(
            "strokes: %s: expected a list%s"
                .formatted(name, StrokeReader.place(json.currentTokenLocation())));
      }
    }
    return strokes;
  }

  /// The drawing program whose file has this field; empty for none that is known.
  private static String program(JsonParser json, String field) throws IOException {
    return switch (field) {
      case "tldrawFileFormatVersion" -> "tldraw";
      case "type" ->
          switch (json.getText()) {
            case "excalidraw", "excalidraw/clipboard" -> EXCALIDRAW;
            case "FeatureCollection", "Feature" -> "GeoJSON";
            default -> "";
          };
      case "records", "shapes" -> "tldraw";
      case "objects" -> "Fabric.js";
      case "className" -> "Konva";
      case "lottie", "fr" -> "Lottie";
      default -> "";
    };
  }

  /// Where it is wrong; the parser's own messages name its classes.
  private static String place(IOException e) {
    return e instanceof JacksonException json && json.getLocation() != null
        ? " at line %d, column %d"
            .formatted(json.getLocation().getLineNr(), json.getLocation().getColumnNr())
        : "";
  }
}
