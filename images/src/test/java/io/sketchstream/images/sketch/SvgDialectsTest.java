package io.sketchstream.images.sketch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.Pictures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same house, as different drawing programs write it.
class SvgDialectsTest {
  private static final String D = "M60 150 L150 60 L240 150 Z M80 150 V240 H220 V150";
  private static final String HEAD =
      "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='300'>";
  private static final String LINE = "fill:none;stroke:black;stroke-width:5";
  private static final String PLAIN =
      HEAD + "<path d='" + D + "' fill='none' stroke='black' stroke-width='5'/></svg>";

  /// Patient, as other tests may keep the machine busy.
  private static final SketchRenderer RENDERER =
      new SketchRenderer(
          new ImageLimits(1 << 20, 1 << 20, Duration.ofSeconds(60)), SketchFit.SQUARE);

  private static byte[] expected;

  @BeforeAll
  static void renderPlain() throws RefusedImageException {
    expected = render(PLAIN.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsEveryEncoding() throws RefusedImageException, IOException {
    String declared = "<?xml version='1.0' encoding='%s'?>\n" + PLAIN;
    assertSame(("\ufeff" + PLAIN).getBytes(StandardCharsets.UTF_8));
    assertSame(("\ufeff" + declared.formatted("utf-8")).getBytes(StandardCharsets.UTF_8));
    assertSame(("\ufeff" + declared.formatted("utf-16")).getBytes(StandardCharsets.UTF_16LE));
    assertSame(("\ufeff" + declared.formatted("utf-16")).getBytes(StandardCharsets.UTF_16BE));
    assertSame(declared.formatted("UTF-16").getBytes(StandardCharsets.UTF_16LE));
    assertSame(declared.formatted("iso-8859-1").getBytes(StandardCharsets.ISO_8859_1));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(PLAIN.getBytes(StandardCharsets.UTF_8));
    }
    assertSame(packed.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path{L}",
        "path.a{L}",
        ".a.b{L}",
        "g path{L}",
        "g > path{L}",
        "svg g .a{L}",
        "#house{L}",
        "path#house.a{L}",
        "*{L}",
        "path[class~=b]{L}",
        "path[d^='M60']{L}",
        "g + path, .none{L}",
        "g ~ path{L}",
        "path:last-child{L}",
        "path{fill:red !important;L} path{fill:none !important}",
        "path{fill:red;stroke:none} g .a{L}",
        ".a{L} path{fill:red;stroke:none;stroke-width:1}",
        "/* path { } */ @import url(x.css); @font-face{font-family:x} @media print{path{fill:red}}"
            + " path{L}",
        "@media screen{path{L}}",
        "path{L} path:hover{fill:red}",
        "<!-- path{L} -->"
      })
  void appliesStyleSheets(String sheet) throws RefusedImageException {
    assertSame(
        HEAD
            + "<style>"
            + sheet.replace("L", LINE).replace("<!--", "<![CDATA[<!--").replace("-->", "-->]]>")
            + "</style><g><g/><path id='house' class='a b' d='"
            + D
            + "'/></g></svg>");
  }

  @Test
  void namesAnUnsupportedSelector() {
    String reason =
        assertThrows(
                RefusedImageException.class,
                () ->
                    render(
                        (HEAD
                                + "<style>path:nth-child(2n+1){"
                                + LINE
                                + "}</style><path d='"
                                + D
                                + "'/></svg>")
                            .getBytes(StandardCharsets.UTF_8)))
            .getMessage();

    assertTrue(reason.contains("\"path:nth-child(2n+1)\""), reason);
  }

  @Test
  void readsTheEntitiesOfIllustrationPrograms() throws RefusedImageException {
    assertSame(
        "<?xml version='1.0'?><!-- > --><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN'"
            + " 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd' [\n"
            + "<!ENTITY ns_svg \"http://www.w3.org/2000/svg\">\n<!ENTITY st0 '"
            + LINE
            + "'>\n"
            + "<!-- <!ENTITY x SYSTEM 'no'> --> <!ENTITY st1 '&st0;;opacity:1'>]>"
            + "<svg xmlns='&ns_svg;' width='300' height='300'><path style='&st1;' d='"
            + D
            + "'/><title>a &lt; b &amp; c</title></svg>");
  }

  @Test
  void rendersTheFirstSupportedChildOfASwitch() throws RefusedImageException {
    assertSame(
        HEAD
            + "<switch><foreignObject requiredExtensions='http://ns.adobe.com/'><path d='M0"
            + " 0h9v9z'/></foreignObject><g><switch><g systemLanguage='xx'><rect width='99'"
            + " height='99'/></g><path style='"
            + LINE
            + "' d='"
            + D
            + "'/></switch></g>"
            + "<rect width='99' height='99'/></switch></svg>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<path fill='none' stroke='white' stroke-width='5' d='D'/>",
        "<rect width='300' height='300' fill='#111'/><path fill='none' stroke='white'"
            + " stroke-width='5' d='D'/>",
        "<rect width='300' height='300' fill='white'/><path fill='none' stroke='yellow'"
            + " stroke-width='5' d='D'/>",
        "<rect width='300' height='300' fill='navy'/><path fill='none' stroke='#8af'"
            + " stroke-width='5' d='D'/>",
        "<rect width='300' height='300' fill='#c0c0c0'/><path fill='none' stroke='white'"
            + " stroke-width='5' d='D'/>",
        "<rect width='300' height='300' fill='red'/><path fill='none' stroke='lime'"
            + " stroke-width='5' d='D'/>"
      })
  void findsInkByItsContrast(String content) throws RefusedImageException {
    byte[] found =
        render((HEAD + content.replace("D", D) + "</svg>").getBytes(StandardCharsets.UTF_8));
    int different = 0;
    for (int i = 0; i < found.length; i++) {
      different += Math.abs((found[i] & 0xff) - (expected[i] & 0xff)) > 64 ? 1 : 0;
    }
    assertTrue(different < found.length / 100, different + " of " + found.length + " differ");
  }

  @Test
  void keepsABlackOutlineOfAWhiteShapeOnTransparentPaper() throws RefusedImageException {
    byte[] found =
        render(
            (HEAD + "<path fill='white' stroke='black' stroke-width='5' d='" + D + "'/></svg>")
                .getBytes(StandardCharsets.UTF_8));

    assertArrayEquals(expected, found);
  }

  private static void assertSame(String svg) throws RefusedImageException {
    assertSame(svg.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertSame(byte[] svg) throws RefusedImageException {
    assertArrayEquals(expected, render(svg));
  }

  private static byte[] render(byte[] svg) throws RefusedImageException {
    return RENDERER.render(Pictures.sketch(svg), 96).rgb();
  }
}
