package io.sketchstream.images.sketch;

import static io.sketchstream.images.sketch.SvgDialectsTest.D;
import static io.sketchstream.images.sketch.SvgDialectsTest.HEAD;
import static io.sketchstream.images.sketch.SvgDialectsTest.LINE;
import static io.sketchstream.images.sketch.SvgDialectsTest.PLAIN;
import static io.sketchstream.images.sketch.SvgDialectsTest.assertSame;
import static io.sketchstream.images.sketch.SvgDialectsTest.plain;
import static io.sketchstream.images.sketch.SvgDialectsTest.render;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.RefusedImageException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The house of [SvgDialectsTest] with what draw.io, Figma, Mermaid and editors of the web write.
class SvgProgramsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "path:not(.x, .y){L}",
        ":is(line, path){L}",
        "path{fill:none} :where(g) path.a{L}",
        "path{L} :where(#house){fill:red}",
        "path:nth-child(2){L}",
        "path:nth-child(2n){L} path:nth-child(odd){fill:red}",
        "path:nth-child(-n+2):nth-last-child(1){L}",
        "path:nth-of-type(1):first-of-type:last-of-type:only-of-type{L}",
        "::selection{fill:red} path{L}",
        "path:has(a){font-size:9px} text:lang(en){font-family:x} path{L}",
        ".\\31 a{L}",
        ".md\\:b{L}",
        ".größe{L}",
        ".图层{L}",
        "[id='HOUSE' i]{L}",
        "[data-x='a,b]']{L}",
        "*|path{L}",
        "@namespace svg url(http://www.w3.org/2000/svg); svg|path{L}",
        ".dark\\:x:is(.dark *){fill:red} path{L}",
        ":root{--c:black} @media (prefers-color-scheme:dark){:root{--c:white}}"
            + " path{fill:none;stroke:var(--c);stroke-width:5}"
      })
  void appliesEverySelectorOfDrawingPrograms(String sheet) throws RefusedImageException {
    assertSame(
        HEAD
            + "<style>"
            + sheet.replace("L", LINE)
            + "</style><g><g/><path id='house' class='a  b&#10;1a md:b größe 图层' data-x='a,b]' d='"
            + D
            + "'/></g></svg>");
  }

  /// As draw.io, Figma and editors of the web write them.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fill='none' stroke='red' style='stroke:light-dark(rgb(0, 0, 0), rgb(255, 255, 255))'",
        "style='fill:none;stroke:#f00;stroke:color(display-p3 0.0000 0.0000 0.0000)'",
        "style='fill:light-dark(none, var(--dark, #121212));stroke:oklch(0% 0 0)'",
        "style='/* a; b */fill:none;/*c*/stroke:black'",
        "style='fill:none;stroke:CanvasText;background:url(data:image/png;base64,AA==)'",
        "fill='url(#missing)' stroke='url(#missing) black'"
      })
  void understandsNewerColours(String attributes) throws RefusedImageException {
    assertSame(HEAD + "<path stroke-width='5' " + attributes + " d='" + D + "'/></svg>");
  }

  @Test
  void drawsTheRestBesideAPointThatLacksACoordinate() throws RefusedImageException {
    assertSame(PLAIN.replace("<path", "<polyline points='1'/><polygon points='1,2 3'/><path"));
  }

  /// A page, an eraser, a grid: light things on transparent paper, on which dark ink is.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<rect x='10' y='10' width='280' height='280' fill='white' stroke='#eee'/>I",
        "I<path d='M0 270H300' stroke='white' stroke-width='30'/>",
        "<path d='M0 20H300M0 280H300M20 0V300M280 0V300' stroke='#eef'/>I"
      })
  void putsDarkInkOnWhitePaperWhateverIsLight(String content) throws RefusedImageException {
    byte[] found =
        render(
            (HEAD
                    + content.replace(
                        "I", "<path fill='none' stroke='black' stroke-width='5' d='" + D + "'/>")
                    + "</svg>")
                .getBytes(StandardCharsets.UTF_8));
    byte[] expected = plain();
    int different = 0;
    for (int i = 0; i < found.length; i++) {
      different += Math.abs((found[i] & 0xff) - (expected[i] & 0xff)) > 64 ? 1 : 0;
    }
    assertTrue(different < found.length / 100, different + " of " + found.length + " differ");
  }
}
