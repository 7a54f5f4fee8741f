package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SketchFileTest {
  private static final String FIRST = "[[[1,2,3],[4,5,6]]]";
  private static final String SECOND = "{\"drawing\":[[[1],[2]]]}";

  @Test
  void readsStrokesBehindAByteOrderMark() throws Exception {
    for (Charset charset : List.of(UTF_8, UTF_16BE, UTF_16LE)) {
      for (String text : List.of(FIRST, " " + FIRST, FIRST + "\n" + SECOND + "\n")) {
        SketchFile file = SketchFile.of(("\ufeff" + text).getBytes(charset), "cat.json");

        assertEquals("application/json", file.contentType(), charset + text);
        assertEquals(3, file.sketch().getStrokes().getStrokes(0).getXCount(), charset + text);
      }
    }
  }

  @Test
  void takesEverythingElseForAnImage() throws Exception {
    byte[] svg = "\ufeff<svg/>".getBytes(UTF_16LE);

    SketchFile file = SketchFile.of(svg, "cat.svg");

    assertEquals(svg.length, file.sketch().getRaster().size());
    assertEquals("application/octet-stream", file.contentType());
  }
}
