package io.sketchstream.images.sketch;

import static io.sketchstream.images.sketch.SvgDialectsTest.D;
import static io.sketchstream.images.sketch.SvgDialectsTest.HEAD;
import static io.sketchstream.images.sketch.SvgDialectsTest.LINE;
import static io.sketchstream.images.sketch.SvgDialectsTest.PLAIN;
import static io.sketchstream.images.sketch.SvgDialectsTest.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.RefusedImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// The house of [SvgDialectsTest] in every encoding and with every form of the markup.
class SvgMarkupTest {
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

  /// Viewers show all of these.
  @Test
  void readsWhatStandsAroundTheDocument() throws RefusedImageException {
    String declared = "<?xml version='1.0'?>" + PLAIN;
    for (String svg :
        List.of(
            "\n\n" + declared,
            "\ufeff\n" + declared,
            "\ufeff\ufeff" + declared,
            PLAIN + "\0\0",
            PLAIN + "\u001a",
            PLAIN + "\nMade by hand",
            "<!doctype svg>" + PLAIN,
            "<!DOCTYPE svg [<!ENTITY % a 'b'>]>" + PLAIN)) {
      assertSame(svg.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void readsPrefixesThatAreDeclaredNowhere() throws RefusedImageException {
    assertSame(
        HEAD
            + "<g inkscape:label='a'><defs><path id='p' d='"
            + D
            + "'/></defs><use xlink:href='#p' style='"
            + LINE
            + "'/></g></svg>");
    assertSame(
        "<!DOCTYPE svg [<!ATTLIST svg xmlns:xlink CDATA #FIXED 'http://www.w3.org/1999/xlink'>]>"
            + HEAD
            + "<defs><path id='p' d='"
            + D
            + "'/></defs><use xlink:href='#p' style='"
            + LINE
            + "'/></svg>");
    assertSame(
        "<svg:svg width='300' height='300'><svg:path style='"
            + LINE
            + "' d='"
            + D
            + "'/></svg:svg>");
  }

  @Test
  void saysWhyItIsNotWellFormed() {
    byte[] svg = (HEAD + "<title>a&nbsp;b</title></svg>").getBytes(StandardCharsets.UTF_8);
    String reason =
        assertThrows(RefusedImageException.class, () -> SvgDialectsTest.render(svg)).getMessage();
    assertTrue(reason.contains("nbsp"), reason);
  }

  @Test
  void readsARootWithAPrefixAndAfterALongComment() throws RefusedImageException {
    assertSame(
        "<ns0:svg xmlns:ns0='http://www.w3.org/2000/svg' width='300' height='300'>"
            + "<ns0:path style='"
            + LINE
            + "' d='"
            + D
            + "'/></ns0:svg>");
    assertSame("<!-- " + "a licence ".repeat(1000) + "-->" + PLAIN);
  }

  /// As .NET programs write it, whose texts in memory are UTF-16.
  @Test
  void readsUtf8ThatSaysItIsWide() throws RefusedImageException {
    for (String name : new String[] {"utf-16", "UTF-16LE", "ucs-2", "utf-32"}) {
      assertSame("<?xml version='1.0' encoding='" + name + "'?>" + PLAIN);
    }
  }

  @Test
  void readsWhatLooksLikeAnEntityInAComment() throws RefusedImageException {
    assertSame(
        "<!DOCTYPE svg [<!ENTITY a 'none'>]>"
            + HEAD
            + "<!-- Tom &jerry; --><title><![CDATA[&undeclared;]]></title>"
            + "<path fill='&a;' stroke='black' stroke-width='5' d='"
            + D
            + "'/></svg>");
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
}
