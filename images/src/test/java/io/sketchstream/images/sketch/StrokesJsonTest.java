package io.sketchstream.images.sketch;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Strokes;
import io.sketchstream.images.RefusedImageException;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrokesJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[[0,1.5],[2,3]],[[4],[5]]]",
        "{\"word\":\"cat\",\"n\":{\"a\":[1]},\"drawing\":[[[0,1.5],[2,3]],[[4],[5]]],\"b\":true}",
        " [ [ [0, 1.5], [2, 3], [0, 17] ], [[4], [5], []] ]\n"
      })
  void readsBothForms(String json) throws RefusedImageException {
    Strokes strokes = StrokesJson.parse(json.getBytes(UTF_8));

    assertEquals(2, strokes.getStrokesCount());
    assertEquals(List.of(0f, 1.5f), strokes.getStrokes(0).getXList());
    assertEquals(List.of(2f, 3f), strokes.getStrokes(0).getYList());
    assertEquals(List.of(4f), strokes.getStrokes(1).getXList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[[],[]],[[0,1],[2,3]],[]]",
        "[[],[[0,2],[1,3],[4,4],[5,5]],[[]]]",
        "[[[],[],[]],[[0,1],[2,3],[7,8]]]"
      })
  void passesOverStrokesWithoutPoints(String json) throws RefusedImageException {
    assertEquals(1, StrokesJson.parse(json.getBytes(UTF_8)).getStrokesCount());
  }

  @Test
  void namesWhatIsNoNumber() {
    RefusedImageException refused =
        assertThrows(
            RefusedImageException.class,
            () -> StrokesJson.parse("[[[1,NaN],[2,3]]]".getBytes(UTF_8)));

    assertTrue(
        refused
            .getMessage()
            .startsWith("strokes: stroke 0, list 0, number 1: expected a number, not NaN"),
        refused.getMessage());
  }

  /// Eight megabytes of these would take hundreds as objects.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [    | [],    | []]          | more than 10000 strokes
          [[   | [],    | []]]         | more than 200000 points or lists
          [[[  | 1,     | 1],[2]]]     | more than 200000 points
          [    | [[]],  | []]          | more than 10000 strokes
          """)
  void boundsWhatItKeeps(String start, String part, String end, String reason) {
    byte[] json = (start + part.repeat(2_600_000) + end).getBytes(UTF_8);

    RefusedImageException refused =
        assertThrows(RefusedImageException.class, () -> StrokesJson.parse(json));

    assertEquals("strokes: " + reason, refused.getMessage());
  }

  @Test
  void knowsJsonByItsBeginning() throws Exception {
    String drawing = "\n [[[0,9],[0,9]]]";
    for (String mark : List.of("", "\ufeff")) {
      for (Charset charset : List.of(UTF_8, UTF_16BE, UTF_16LE)) {
        byte[] json = (mark + drawing).getBytes(charset);
        assertTrue(StrokesJson.looksLikeJson(json), charset + mark);
        assertEquals(2, StrokesJson.parse(json).getStrokes(0).getXCount(), charset + mark);
      }
    }
    assertTrue(StrokesJson.looksLikeJson("{\"drawing\"".getBytes(UTF_8)));
    assertFalse(StrokesJson.looksLikeJson(new byte[0]));
    assertFalse(StrokesJson.looksLikeJson(" \n".getBytes(UTF_8)));
    assertFalse(StrokesJson.looksLikeJson("\ufeff<svg>".getBytes(UTF_16LE)));
    assertFalse(StrokesJson.looksLikeJson(new byte[] {-1, (byte) 0xd8, '['}));
    assertFalse(StrokesJson.looksLikeJson(new byte[] {0, 0, 0, '[', 'f', 't', 'y', 'p'}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5                        | expected a list of strokes, or an object with one as "drawing"
          {}                       | the object has no "drawing"
          {"drawing":5}            | drawing: expected a list (line 1, column 12)
          [5]                      | stroke 0: expected a list (line 1, column 2)
          [[[1],[2]],[[1,2]]]      | some are [[x, ...], [y, ...]], others lists of points
          [[[1],[2],[3],[4]]]      | stroke 0 is neither [[x, ...], [y, ...]], nor that
          [[[1,2],[2,3],[4]]]      | stroke 0 is neither [[x, ...], [y, ...]], nor that
          [[[1,2],{"x":1}]]        | stroke 0, list 1: expected a list (line 1, column 9)
          [[[1,2],[2]]]            | stroke 0 has 2 x but 1 y coordinates (line 1, column 11)
          [[[1,"a"],[2,3]]]        | stroke 0, list 0, number 1: expected a number (line 1, column 6)
          [[[1,null],[2,3]]]       | stroke 0, list 0, number 1: expected a number (line 1, column 6)
          [[[1,1e99],[2,3]]]       | stroke 0, list 0, number 1: expected a number that is not too large
          [[[1],[2]]] 7            | something follows the drawing (line 1, column 13)
          [[[1],[2]]] [[[1],[2]]]  | another drawing follows the first
          [[1,2,3,4],[5,6]]        | found lists of numbers [[4 numbers], ...] in a form that is not known; accepted are
          {"strokes":[],"lines":[]} | the object has lists as [lines, strokes]; which is the drawing?
          [{"a":1}]                | stroke 0: expected an object with "points", or with "x" and "y"
          [{"x":1,"y":2,"points":[[0,0]]}] | stroke 0 has points and a place "x", "y" of its own
          [{"points":[1,2,3]}]     | stroke 0: expected as many x as y in [x, y, x, y, ...]
          [[{"x":1}]]              | stroke 0, point 0: expected an object with "x" and "y"
          [{"x":1,"y":2},[[1],[2]]] | stroke 0 is a single point, others are strokes
          [[[1],[2]]               | not valid JSON
          [[[NaN],[2]]]            | stroke 0, list 0, number 0: expected a number, not NaN
          hello                    | not valid JSON
          """)
  void namesThePlaceOfAMistake(String json, String reason) {
    RefusedImageException refused =
        assertThrows(RefusedImageException.class, () -> StrokesJson.parse(json.getBytes(UTF_8)));

    assertTrue(refused.getMessage().startsWith("strokes: " + reason), refused::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"elements":[{"type":"text","x":1,"y":2}],"type":"excalidraw"}  | a file of Excalidraw with "text" is not supported
          {"type":"excalidraw","elements":[{"type":"line","angle":1,"points":[[0,0]]}]} | a file of Excalidraw with turned strokes
          {"type":"FeatureCollection","features":[]}       | a file of GeoJSON is not supported
          {"version":"5.3.0","objects":[{"type":"path"}]}  | a file of Fabric.js is not supported
          {"tldrawFileFormatVersion":1,"records":[]}       | a file of tldraw is not supported
          """)
  void namesTheProgramOfAFile(String json, String reason) {
    RefusedImageException refused =
        assertThrows(RefusedImageException.class, () -> StrokesJson.parse(json.getBytes(UTF_8)));

    assertTrue(refused.getMessage().startsWith(reason), refused::getMessage);
  }

  /// It would be drawn as if it were one of a pen.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{'tool':'pen','points':[1,2,3,4]},{'tool':'eraser','points':[1,2,3,4]}]",
        "[{'drawMode':true,'paths':[[1,2]]},{'drawMode':false,'paths':[[1,2]]}]",
        "{'strokes':[{'points':[[1,2]]},{'points':[[1,2]],'isEraser':true}]}",
        "[{'points':[[1,2]]},{'points':[[1,2]],'compositeOperation':'destination-out'}]"
      })
  void saysThatAStrokeIsOneOfAnEraser(String json) {
    RefusedImageException refused =
        assertThrows(
            RefusedImageException.class,
            () -> StrokesJson.parse(json.replace('\'', '"').getBytes(UTF_8)));

    assertTrue(
        refused.getMessage().startsWith("strokes: stroke 1 is one of an eraser"),
        refused::getMessage);
  }

  /// As the libraries that people draw with write them.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'strokes':[{'points':[{'x':1,'y':2,'t':9},{'X':3,'Y':4}]},{'points':[[5,6],[7,8]]}]}",
        "[{'penColor':'black','points':[{'x':1,'y':2,'pressure':0.5},{'x':3,'y':4}]},"
            + "{'points':[5,6,7,8]}]",
        "{'lines':[{'points':[{'x':1,'y':2},{'x':3,'y':4}]},{'points':[{'x':5,'y':6},"
            + "{'x':7,'y':8}]}],'width':400,'height':[400]}",
        "[{'drawMode':true,'paths':[{'x':1,'y':2},{'x':3,'y':4}]},{'paths':[[5,6],[7,8]]}]",
        "{'strokes':[{'x':[1,3],'y':[2,4],'t':[0,1]},{'y':[6,8],'x':[5,7]}]}",
        "[[{'x':1,'y':2},{'x':3,'y':4}],[{'x':5,'y':6},{'x':7,'y':8}]]",
        "[[1,2,0],[2,2,1],[2,2,0],[2,2,1]]",
        "[[1,2,1,0,0],[2,2,0,1,0],[2,2,1,0,0],[2,2,0,1,0],[0,0,0,0,1],[0,0,0,0,1]]",
        "{'ink':[[[1,3],[2,4],[0,9]],[[5,7],[6,8],[0,9]]]}",
        "{'lines':['a'],'drawing':[[[1,3],[2,4]],[[5,7],[6,8]]],'strokes':2}",
        "{'elements':[{'type':'freedraw','x':1,'y':2,'points':[[0,0],[2,2]],'angle':0},"
            + "{'type':'text','isDeleted':true},{'type':'line','x':5,'y':6,'points':[[0,0],[2,2]]}],"
            + "'type':'excalidraw'}"
      })
  void readsWhatDrawingLibrariesWrite(String json) throws RefusedImageException {
    Strokes strokes = StrokesJson.parse(json.replace('\'', '"').getBytes(UTF_8));

    assertEquals(2, strokes.getStrokesCount());
    assertEquals(List.of(1f, 3f), strokes.getStrokes(0).getXList());
    assertEquals(List.of(2f, 4f), strokes.getStrokes(0).getYList());
    assertEquals(List.of(5f, 7f), strokes.getStrokes(1).getXList());
    assertEquals(List.of(6f, 8f), strokes.getStrokes(1).getYList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[1,3,5],[2,4,6]]",
        "[[1,3,5],[2,4,6],[0,7,9]]",
        "[[1,2],[3,4],[5,6]]",
        "[{'x':1,'y':2},{'x':3,'y':4,'time':7},{'x':5,'y':6}]"
      })
  void readsASingleStroke(String json) throws RefusedImageException {
    Strokes strokes = StrokesJson.parse(json.replace('\'', '"').getBytes(UTF_8));

    assertEquals(1, strokes.getStrokesCount());
    assertEquals(List.of(1f, 3f, 5f), strokes.getStrokes(0).getXList());
    assertEquals(List.of(2f, 4f, 6f), strokes.getStrokes(0).getYList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[[0,2],[1.5,3],[7,8],[9,10]],[[4,5],[6,7]]]",
        "[[[0,2,17],[1.5,3,18],[7,8,19],[9,10,20]],[[4,5,0],[6,7,1]]]",
        "\ufeff[[[0,2],[1.5,3],[7,8],[9,10]],[[4,5],[6,7]]]"
      })
  void readsListsOfPoints(String json) throws RefusedImageException {
    Strokes strokes = StrokesJson.parse(json.getBytes(UTF_8));

    assertEquals(List.of(0f, 1.5f, 7f, 9f), strokes.getStrokes(0).getXList());
    assertEquals(List.of(2f, 3f, 8f, 10f), strokes.getStrokes(0).getYList());
    assertEquals(List.of(4f, 6f), strokes.getStrokes(1).getXList(), "read as the others are");
  }

  @Test
  void readsAmbiguousStrokesInTheFirstForm() throws RefusedImageException {
    Strokes strokes = StrokesJson.parse("[[[0,10],[5,20]]]".getBytes(UTF_8));

    assertEquals(List.of(0f, 10f), strokes.getStrokes(0).getXList());
    assertEquals(List.of(5f, 20f), strokes.getStrokes(0).getYList());
  }

  @Test
  void distinguishesPointsFromDescendingTimes() throws RefusedImageException {
    Strokes strokes = StrokesJson.parse("[[[0,10,9],[5,20,8],[6,30,7]]]".getBytes(UTF_8));

    assertEquals(List.of(0f, 5f, 6f), strokes.getStrokes(0).getXList(), "three points");
  }

  @Test
  void refusesEndlessNesting() {
    byte[] deep = "[".repeat(100_000).getBytes(UTF_8);

    assertThrows(RefusedImageException.class, () -> StrokesJson.parse(deep));
    assertThrows(RefusedImageException.class, () -> StrokesJson.parse(new byte[0]));
  }
}
