package io.sketchstream.images.sketch;

import static io.sketchstream.images.sketch.SvgDialectsTest.D;
import static io.sketchstream.images.sketch.SvgDialectsTest.HEAD;
import static io.sketchstream.images.sketch.SvgDialectsTest.LINE;
import static io.sketchstream.images.sketch.SvgDialectsTest.assertRefused;
import static io.sketchstream.images.sketch.SvgDialectsTest.assertSame;
import static io.sketchstream.images.sketch.SvgDialectsTest.render;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.images.RefusedImageException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The house of [SvgDialectsTest] with what the standards allow and the library lacks: units in
/// transforms, keywords of every property, visibility that is handed down, references in quotes.
class SvgStandardsTest {
  private static final String INK = "fill='none' stroke='black' stroke-width='5'";
  private static final String HOUSE = "<path " + INK + " d='" + D + "'/>";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path{d:path('D');L}",
        "@layer a, b; @layer b{path{L}} @layer a{path{fill:red}}",
        "path{L} @layer a{path{fill:red} .a{fill:red}}",
        "path{L} @starting-style{path{fill:red}}"
      })
  void appliesStyleSheets(String sheet) throws RefusedImageException {
    assertSame(
        HEAD
            + "<style>"
            + sheet.replace("L", LINE).replace("D", D)
            + "</style><path class='a' d='"
            + (sheet.contains("D") ? "" : D)
            + "'/></svg>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<g visibility='hidden'><rect width='9' height='9'/><path visibility='visible' I d='D'/></g>",
        "<g style='visibility:hidden'><g><rect width='9' height='9'/></g><g"
            + " style='visibility:visible'>H</g></g>",
        "<path I d='D'><animate attributeName='opacity' from='0' to='1' dur='1s'/></path>",
        "<style media='print'>path{fill:red}</style>H",
        "<style type='text/less'>path{fill:red}</style>H",
        "<g fill='red' stroke='black' stroke-width='5'><path style='fill:unset;fill:none'"
            + " d='D'/></g>",
        "<g stroke='red' stroke-dasharray='9'><path style='stroke-dasharray:initial;fill:none"
            + ";stroke:black;stroke-width:5' d='D'/></g>",
        "<path style='d:path(\"D\");L'/>",
        "<defs><path id='größe 1' I d='D'/></defs><use href='#größe 1'/>",
        "<defs><path id='größe' I d='D'/></defs><use href='#gr%C3%B6%C3%9Fe'/>",
        "<style>#größe{L}</style><path id='größe' d='D'/>",
        "<defs><linearGradient id='größe'><stop/><stop offset='1'/></linearGradient></defs>"
            + "<path style='fill:none;stroke:url(\"#größe\");stroke-width:5' d='D'/>",
        "<clipPath id='c'><rect width='300' height='300'/></clipPath>"
            + "<g style='clip-path:url(\"#c\")'>H</g>",
        "<rect width='9' height='9' stroke='red' stroke-width='-1' visibility='hidden'/>H"
      })
  void showsWhatViewersShow(String content) throws RefusedImageException {
    assertSame(HEAD + filled(content) + "</svg>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rotate(90deg) | rotate(90)",
        "rotate(.25turn) | rotate(90)",
        "translate3d(20px, 9px, 0) | translate(20 9)",
        "translateX(1in) | translate(96)",
        "scale3d(2, 1, 1) | scale(2 1)",
        "scaleY(.5) | scale(1 .5)",
        "matrix3d(1,0,0,0, 0,2,0,0, 0,0,1,0, 20,0,0,1) | matrix(1 0 0 2 20 0)",
        "skew(20deg) | skewX(20)"
      })
  void understandsTransformsOfStyles(String style, String attribute) throws RefusedImageException {
    String frame = "<rect x='-300' y='-300' width='900' height='900' " + INK + "/>";
    String head = HEAD.replace("<svg", "<svg viewBox='-300 -300 900 900'") + frame;
    byte[] expected = bytes(head + "<g transform='" + attribute + "'>" + HOUSE + "</g></svg>");
    byte[] found = bytes(head + "<g style='transform:" + style + "'>" + HOUSE + "</g></svg>");

    assertArrayEquals(render(expected), render(found));
  }

  @Test
  void keepsAShareOfTheSizeAsItIs() {
    assertEquals("translate(50%, 0)", CssTransform.usual("translate(50%, 0)"));
  }

  @Test
  void drawsMarkersWithoutAViewBox() throws RefusedImageException {
    String line =
        "<path d='M40 100H200' stroke='black' stroke-width='4' marker-end='url(#m)'/></svg>";
    String marker =
        "<marker id='m' BOX refX='2' refY='2' markerWidth='4' markerHeight='4'><circle cx='2' cy='2' r='2'/></marker>";

    assertArrayEquals(
        render(bytes(HEAD + marker.replace("BOX", "viewBox='0 0 4 4'") + line)),
        render(bytes(HEAD + marker.replace("BOX", "orient='auto-start-reverse'") + line)));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 400, 20_000})
  void findsATinyDrawingOnALargePage(int factor) throws RefusedImageException {
    String page = HEAD.replace("width='300' height='300'", "viewBox='0 0 S S'");
    byte[] svg =
        bytes(
            page.replace("S", String.valueOf(300 * factor))
                + "<g transform='translate("
                + 200 * factor
                + " 30)'>"
                + HOUSE
                + "</g></svg>");
    byte[] found = render(svg);
    byte[] expected = SvgDialectsTest.plain();
    int different = 0;
    for (int i = 0; i < found.length; i++) {
      different += Math.abs((found[i] & 0xff) - (expected[i] & 0xff)) > 64 ? 1 : 0;
    }

    assertEquals(0, different / 100, different + " samples differ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<g style='clip-path:inset(40px)'>H</g> | clip-path: inset(40px)",
        "<g style='stroke-width:calc(1px * sin(2))'>H</g> | stroke-width: calc(1px * sin(2))",
        "<g><image width='9' height='9' href='a.png'/>H</g> | a picture of another file",
        "<g><image width='9' height='9' href='data:image/svg+xml,%3Csvg/%3E'/>H</g> | an SVG itself",
        "<g><filter id='f'><feFlood/></filter>H</g> | a filter that draws something else"
      })
  void saysWhichStyleIsNotSupported(String content, String reason) {
    assertRefused(reason, HEAD + filled(content) + "</svg>");
  }

  @Test
  void refusesDefaultsOfADocumentType() {
    assertRefused(
        "default values of attributes",
        "<!DOCTYPE svg [<!ATTLIST path fill CDATA \"none\">]>" + HEAD + HOUSE + "</svg>");
  }

  @Test
  void knowsTheColourThatTheLibraryLacks() throws RefusedImageException {
    assertArrayEquals(
        render(bytes(HEAD + HOUSE.replace("black", "#663399") + "</svg>")),
        render(bytes(HEAD + HOUSE.replace("black", "RebeccaPurple") + "</svg>")));
  }

  private static String filled(String content) {
    return content
        .replace("H</", HOUSE + "</")
        .replaceAll("H$", HOUSE)
        .replace("I d", INK + " d")
        .replace("L'", LINE + "'")
        .replace("L}", LINE + "}")
        .replace("'D'", "'" + D + "'")
        .replace("\"D\"", "\"" + D + "\"");
  }

  private static byte[] bytes(String svg) {
    return svg.getBytes(StandardCharsets.UTF_8);
  }
}
