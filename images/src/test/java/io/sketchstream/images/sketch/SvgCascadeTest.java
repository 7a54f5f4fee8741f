package io.sketchstream.images.sketch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.Pictures;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What browsers show of styles, against the same drawing in plain attributes.
class SvgCascadeTest {
  private static final String FRAME =
      "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='300' ATTRIBUTES>"
          + "<rect x='2' y='2' width='296' height='296' fill='none' stroke='black' stroke-width='4'/>";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <circle cx='calc(50% - 20px)' cy='50%' r='calc(30% / 2)'/> | <circle cx='130' cy='150' r='45'/>
          <circle style='cx:calc(5px*(10 + 4));cy:70px;r:min(20px, 9%)'/> | <circle cx='70' cy='70' r='20'/>
          <rect width='clamp(9px, 2in, 99px)' height='max(20px, 3em)'/> | <rect width='99' height='48'/>
          <g font-size='20'><rect width='2em' height='3rem'/></g> | <rect width='40' height='48'/>
          <circle cx='90' cy='90' r='50' style='opacity:calc(1 - .5)'/> | <circle cx='90' cy='90' r='50' opacity='.5'/>
          <g style='transform:translate(calc(10px + 20px), 5px)'>RECT</g> | <g transform='translate(30 5)'>RECT</g>
          <g style='translate:20px 10px;rotate:9deg;scale:.5'>RECT</g> | <g transform='translate(20 10) rotate(9) scale(.5)'>RECT</g>
          <g style='transform-origin:center;transform:rotate(20deg)'>RECT</g> | <g transform='rotate(20 150 150)'>RECT</g>
          <g transform='rotate(20)' transform-origin='right top'>RECT</g> | <g transform='rotate(20 300 0)'>RECT</g>
          <g style='transform-origin:20px;transform:rotate(20deg)'>RECT</g> | <g transform='rotate(20 20 150)'>RECT</g>
          <g style='transform-box:fill-box;transform-origin:center;transform:rotate(20deg)'>RECT</g> | <g transform='rotate(20 100 80)'>RECT</g>
          <style>rect{fill:none!important}</style><g stroke='black'><rect width='99' height='99' style='fill:red'/></g> | <rect width='99' height='99' fill='none' stroke='black'/>
          <style>.a{--c:#777}.b{--c:#000}.a{fill:var(--c)}</style><rect class='a' width='99' height='99'/> | <rect fill='#777' width='99' height='99'/>
          <g style='display:NONE'>RECT</g> | <g/>
          <style>.h{visibility:hidden}.v{visibility:visible}</style><g class='h'>RECT<circle class='v' r='90'/></g> | <circle r='90'/>
          <g systemLanguage='xx'>RECT</g><g requiredExtensions='x'>RECT</g> | <g/>
          <rect width='99' height='99' fill='red' style='fill:#12345'/> | <rect width='99' height='99' fill='red'/>
          <clipPath id='c'><path clip-rule='evenodd' d='M0 0H300V300H0zM90 90H200V200H90z'/></clipPath><rect width='300' height='300' clip-path='url(#c)'/> | <path fill-rule='evenodd' d='M0 0H300V300H0zM90 90H200V200H90z'/>
          <mask id='m' style='mask-type:alpha' maskUnits='userSpaceOnUse' width='300' height='300'>RECT</mask><rect width='300' height='300' mask='url(#m)'/> | RECT
          <linearGradient id='g' color='#777'><stop stop-color='currentColor'/><stop offset='1' stop-color='currentColor'/></linearGradient><rect width='99' height='99' fill='url(#g)'/> | <rect width='99' height='99' fill='#777'/>
          <path d='M80 80z' stroke='black' stroke-width='50' stroke-linecap='round'/> | <path d='M80 80h0' stroke='black' stroke-width='50' stroke-linecap='round'/>
          <rect width='99' height='99' fill='gray' style='fill:bogus'/> | <rect width='99' height='99' fill='gray'/>
          <g style='transform:rotate(20)'>RECT</g><g transform='rotate(20deg)'>RECT</g> | RECT
          <g style='scale:50%;rotate:z 20deg'>RECT</g> | <g transform='rotate(20) scale(.5)'>RECT</g>
          <g style='transform:rotate3d(0,0,1,20deg)'>RECT</g> | <g transform='rotate(20)'>RECT</g>
          <clipPath id='c' transform='translate(20 30)'><rect width='99' height='99'/><rect width='300' height='300' display='none'/></clipPath><rect width='300' height='300' clip-path='url(#c)'/> | <rect x='20' y='30' width='99' height='99'/>
          <g visibility='hidden'><defs><g id='u'>RECT</g></defs></g><use href='#u'/> | RECT
          <linearGradient id='g' style='transform:rotate(90deg)'><stop/><stop offset='calc(20% + 80%)' stop-color='#999'/></linearGradient><rect width='99' height='99' fill='url(#g) none'/> | <linearGradient id='g' gradientTransform='rotate(90)'><stop/><stop offset='1' stop-color='#999'/></linearGradient><rect width='99' height='99' fill='url(#g)'/>
          <marker id='m' markerWidth='9' markerHeight='9' fill='#777'><path d='M0 0H9V9z'/></marker><path d='M80 80h99' marker-start='url(#m)'/> | <marker id='m' markerWidth='9' markerHeight='9'><path fill='#777' d='M0 0H9V9z'/></marker><path d='M80 80h99' marker-start='url(#m)'/>
          <path d='M80 80h99' stroke='black' style='stroke-width:-3'/> | <path d='M80 80h99' stroke='black'/>
          """)
  void showsStylesAsBrowsersDo(String styled, String plain) throws RefusedImageException {
    assertSame(drawing("", plain), drawing("", styled));
  }

  @ParameterizedTest
  @ValueSource(strings = {"width='300'", "height='300px'", "width='auto' height='3in'"})
  void takesAMissingSideFromTheViewBox(String sides) throws RefusedImageException {
    String content = "<path d='M3 3H27V12H3z' fill='none' stroke='black'/></svg>";
    String head = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 15' ";

    assertSame(head + "width='300' height='150'>" + content, head + sides + ">" + content);
  }

  @Test
  void drawsStrokesThatDoNotScaleInPixelsOfThePage() throws RefusedImageException {
    String line = "<path d='M5 5L25 25M5 25L25 5' fill='none' stroke='black' ";
    String box =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 30' width='300' height='300'>";

    assertSame(
        box + line + "stroke-width='.8'/></svg>",
        box + line + "style='stroke-width:8px;vector-effect:non-scaling-stroke'/></svg>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif"})
  void showsAPictureThatTheDrawingHolds(String format) throws RefusedImageException {
    BufferedImage square = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = square.createGraphics();
    graphics.setColor(Color.GRAY);
    graphics.fillRect(0, 0, 40, 40);
    graphics.dispose();
    String data = Base64.getEncoder().encodeToString(Pictures.write(square, format));

    assertSame(
        drawing("", "<rect x='50' y='60' width='80' height='80' fill='#808080'/>"),
        drawing(
            "",
            "<image x='50' y='60' width='80' height='80' href='data:image/"
                + format
                + ";base64,"
                + data
                + "'/><image width='0' height='0' href='x.png'/><image href=''/>"));
  }

  private static String drawing(String attributes, String content) {
    return FRAME.replace("ATTRIBUTES", attributes)
        + content.replace("RECT", "<rect x='60' y='40' width='80' height='80'/>")
        + "</svg>";
  }

  private static void assertSame(String expected, String found) throws RefusedImageException {
    byte[] expectedPixels = render(expected);
    byte[] pixels = render(found);
    int different = 0;
    for (int i = 0; i < pixels.length; i++) {
      different += Math.abs((pixels[i] & 0xff) - (expectedPixels[i] & 0xff)) > 24 ? 1 : 0;
    }
    assertEquals(0, different, "samples that differ");
  }

  private static byte[] render(String svg) throws RefusedImageException {
    return SvgDialectsTest.render(svg.getBytes(StandardCharsets.UTF_8));
  }
}
