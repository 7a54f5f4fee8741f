package io.sketchstream.images.sketch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.Pictures;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The same house, as different drawing programs write it.
class SvgDialectsTest {
  static final String D = "M60 150 L150 60 L240 150 Z M80 150 V240 H220 V150";
  static final String HEAD = "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='300'>";
  static final String LINE = "fill:none;stroke:black;stroke-width:5";
  static final String PLAIN =
      HEAD + "<path d='" + D + "' fill='none' stroke='black' stroke-width='5'/></svg>";

  /// Patient, as other tests may keep the machine busy.
  private static final SketchRenderer RENDERER =
      new SketchRenderer(
          new ImageLimits(1 << 20, 1 << 20, Duration.ofSeconds(60)), SketchFit.SQUARE);

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
        "@media print, screen{path{L}}",
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":root{--none:none;--ink:black} path{fill:var(--none);stroke:var(--ink);stroke-width:5}",
        "path{fill:var(--absent, none);stroke:var(--absent, rgb(0,0,0));stroke-width:5}",
        "path{fill:none;stroke:hsl(0, 0%, 0%);stroke-width:5}",
        "path{fill:none;stroke:hsla(120deg 100% 0% / 1);stroke-width:5}",
        "g{path{L}}",
        "g{fill:red;& > path{L} stroke:none}",
        "svg, x{g{.a, .z{L}}}",
        "@supports (display: grid){path{L}}",
        "@supports not (display: grid){path{fill:red}} path{L}",
        "@layer base{path{L}}",
        "@media (prefers-color-scheme: light){path{L}}",
        "@media (prefers-color-scheme: dark){path{fill:red}} path{L}",
        "@media screen and (prefers-color-scheme: light){path{L}}",
        "@media (min-width: 9px){text{font-size:9px}} path{L}"
      })
  void appliesNewerStyleSheets(String sheet) throws RefusedImageException {
    assertSame(
        HEAD
            + "<style>"
            + sheet.replace("L", LINE).replace("&", "&amp;").replace(" > ", " &gt; ")
            + "</style><g><path class='a' d='"
            + D
            + "'/></g></svg>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "style='fill:none!important;stroke:black !important;stroke-width:5'",
        "style='--x:none;fill:var(--x);stroke:black;stroke-width:5'",
        "fill='none' stroke='hsl(200, 50%, 0%)' stroke-width='5'",
        "style='fill:none;stroke:rgb(0 0 0 / 100%);stroke-width:5'",
        "fill='none' stroke='rgb(0%, 0%, 0%)' stroke-width='5'",
        "fill='none' stroke='#000 icc-color(cmyk, 0, 0, 0, 1)' stroke-width='5'"
      })
  void understandsColoursOfElements(String attributes) throws RefusedImageException {
    assertSame(HEAD + "<path " + attributes + " d='" + D + "'/></svg>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hsl(0, 100%, 50%)           | rgb(255,0,0)
          hsl(120deg 100% 25%)        | rgb(0,128,0)
          hsl(0.5turn 50% 50% / 20%)  | rgba(64,191,191,0.2)
          hsla(-120, 100%, 50%, .5)   | rgba(0,0,255,0.5)
          rgb(300 -5 10% / .5)        | rgba(255,0,26,0.5)
          url(#a) hsl(0 0% 100%)      | rgb(255,255,255)
          url(#a)                     | none
          hsl(none 0% 100%)           | rgb(255,255,255)
          hwb(120 0% 50%)             | rgb(0,128,0)
          lab(100 0 0)                | rgb(255,255,255)
          lab(54.29% 80.81 69.89)     | rgb(255,0,0)
          lch(29.57% 131.2 301.37)    | rgb(1,0,255)
          oklab(0 0 0)                | rgb(0,0,0)
          oklch(62.8% .2577 29.23)    | rgb(255,0,0)
          color(srgb 1 .5 0 / 50%)    | rgba(255,128,0,0.5)
          color(srgb-linear 0 0 1)    | rgb(0,0,255)
          color(display-p3 0 0 0)     | rgb(0,0,0)
          color(display-p3 1 1 1)     | rgb(255,255,255)
          light-dark(#000, #fff)      | #000
          light-dark(rgb(0, 0, 0), rgb(255, 255, 255)) | rgb(0,0,0)
          CanvasText                  | black
          """)
  void convertsColours(String colour, String expected) {
    SvgPaints paints = new SvgPaints("");
    assertEquals(expected, paints.known(colour));
    assertTrue(SvgPaints.isKnown(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <path fill='color(a98-rgb 1 0 0)' d='D'/> | not supported: "fill: color(a98-rgb 1 0 0)"
          <path style='fill:var(--x)' d='D'/> | a colour that is not supported: "fill: var(--x)"
          <style>path{stroke:color-mix(in srgb,red,blue)}</style><path d='D'/> | a colour that is not
          <style>@media (min-width:1px){path{fill:none}}</style><path d='D'/> | has a condition that
          <style>@container (width){path{fill:none}}</style><path d='D'/> | has a condition that
          <style>@import url(x.css);</style><path class='a' d='D'/> | a style sheet of another file
          <link rel='stylesheet' href='x.css'/><path class='a' d='D'/> | a style sheet of another file
          <image width='9' height='9' href='data:image/png;base64,AA=='/> | a picture in the SVG can't be shown
          """)
  void saysWhyAnSvgIsNotShown(String content, String reason) {
    assertRefused(reason, HEAD + content.replace("D", D) + "</svg>");
  }

  @Test
  void saysThatItsStylesAreElsewhere() {
    String linked = "<?xml-stylesheet href='x.css'?>";
    assertRefused(
        "a style sheet of another file", linked + HEAD + "<path class='a' d='" + D + "'/></svg>");
  }

  @Test
  void doesWithoutStylesOfOtherFilesWhereItsColoursAreItsOwn() throws RefusedImageException {
    assertSame("<?xml-stylesheet href='x.css'?>" + PLAIN);
    assertSame(
        HEAD
            + "<style>@import url(x.css);</style><clipPath id='c'><rect width='300' height='300'/>"
            + "</clipPath><g clip-path='url(#c)'><path style='"
            + LINE
            + "' d='"
            + D
            + "'/></g></svg>");
    byte[] filled = render((HEAD + "<path d='" + D + "'/></svg>").getBytes(StandardCharsets.UTF_8));
    String fonts = "<style>@import url('https://fonts.example.org/css?family=A');</style>";
    assertArrayEquals(
        filled,
        render((HEAD + fonts + "<path d='" + D + "'/></svg>").getBytes(StandardCharsets.UTF_8)));
    assertSame(
        HEAD
            + "<style>@import url(fonts.css);</style><g fill='none' stroke='black'"
            + " stroke-width='5'><path d='"
            + D
            + "'/></g></svg>");
  }

  static void assertRefused(String part, String svg) {
    String reason =
        assertThrows(
                RefusedImageException.class, () -> render(svg.getBytes(StandardCharsets.UTF_8)))
            .getMessage();
    assertTrue(reason.contains(part), reason);
  }

  @Test
  void namesAnUnsupportedSelector() {
    String reason =
        assertThrows(
                RefusedImageException.class,
                () ->
                    render(
                        (HEAD
                                + "<style>path:has(title){"
                                + LINE
                                + "}</style><path d='"
                                + D
                                + "'/></svg>")
                            .getBytes(StandardCharsets.UTF_8)))
            .getMessage();

    assertTrue(reason.contains("\"path:has(title)\""), reason);
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
            + " stroke-width='5' d='D'/>",
        "<path fill='none' stroke='#d8d8d8' stroke-width='5' d='D'/>",
        "<path fill='none' stroke='white' stroke-opacity='.4' stroke-width='5' d='D'/>",
        "<path fill='none' stroke='black' stroke-opacity='.15' stroke-width='5' d='D'/>",
        "<rect width='300' height='300' fill='#222'/><path fill='none' stroke='#444'"
            + " stroke-width='5' d='D'/>"
      })
  void findsInkByItsContrast(String content) throws RefusedImageException {
    byte[] found =
        render((HEAD + content.replace("D", D) + "</svg>").getBytes(StandardCharsets.UTF_8));
    byte[] expected = plain();
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

    assertArrayEquals(plain(), found);
  }

  static void assertSame(String svg) throws RefusedImageException {
    assertSame(svg.getBytes(StandardCharsets.UTF_8));
  }

  static void assertSame(byte[] svg) throws RefusedImageException {
    assertArrayEquals(plain(), render(svg));
  }

  static byte[] plain() throws RefusedImageException {
    return render(PLAIN.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] render(byte[] svg) throws RefusedImageException {
    return RENDERER.render(Pictures.sketch(svg), 96).rgb();
  }
}
