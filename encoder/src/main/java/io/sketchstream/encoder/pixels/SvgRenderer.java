package io.sketchstream.encoder.pixels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.DocumentLimits;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.parser.resources.ResourcePolicy;
import com.github.weisj.jsvg.renderer.NullPlatformSupport;
import com.github.weisj.jsvg.renderer.output.Output;
import com.github.weisj.jsvg.view.FloatSize;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Renders an SVG drawing on white, with nothing from outside it: no other files, no entities, no
/// embedded pictures, no filters.
final class SvgRenderer {
  private static final int LONG_SIDE = 768;
  private static final int BYTES_MAX = 4 << 20;
  private static final int NESTING_MAX = 100;
  private static final int USE_NESTING_MAX = 10;
  private static final int PATH_MAX = 100_000;
  private static final float ASPECT_MAX = 100;

  /// A bad drawing is told to its sender; the library would tell the log, with a stack trace.
  private static final Logger LIBRARY = Logger.getLogger("com.github.weisj.jsvg");

  static {
    LIBRARY.setLevel(Level.OFF);
  }

  private final DecodePool pool;

  SvgRenderer(DecodePool pool) {
    this.pool = pool;
  }

  BufferedImage render(byte[] svg) throws RefusedImageException {
    if (svg.length > BYTES_MAX) {
      throw new RefusedImageException("the SVG has more than " + (BYTES_MAX >> 20) + " MiB");
    }
    return pool.run((long) LONG_SIDE * LONG_SIDE, deadline -> draw(svg, deadline));
  }

  private static BufferedImage draw(byte[] svg, Deadline deadline) throws RefusedImageException {
    try {
      SVGDocument document = load(svg);
      deadline.check();
      FloatSize size = document.size();
      float longSide = Math.max(size.width, size.height);
      float shortSide = Math.min(size.width, size.height);
      if (!(shortSide > 0) || !(longSide / shortSide <= ASPECT_MAX)) {
        throw new RefusedImageException(
            "the SVG has no usable size (" + size.width + " x " + size.height + ")");
      }
      float scale = LONG_SIDE / longSide;
      int width = Math.max(1, Math.round(size.width * scale));
      int height = Math.max(1, Math.round(size.height * scale));
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
      Graphics2D graphics = image.createGraphics();
      try {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setRenderingHint(
            RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
            RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        document.renderWithPlatform(
            NullPlatformSupport.INSTANCE,
            guard(Output.createForGraphics(graphics), deadline),
            new ViewBox(0, 0, width, height));
      } finally {
        graphics.dispose();
      }
      return image;
    } catch (Deadline.ExpiredException e) {
      throw e;
    } catch (RuntimeException e) { // As at the border to ImageIO: a bad drawing may throw anything.
      throw new RefusedImageException("the SVG can't be drawn", e);
    }
  }

  private static SVGDocument load(byte[] svg) throws RefusedImageException {
    XMLInputFactory xml = XMLInputFactory.newDefaultFactory();
    xml.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    xml.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    xml.setXMLReporter((_, _, _, _) -> {}); // Otherwise errors are printed.
    // As text, for the parser prints a complaint about bytes that are no UTF-8.
    String text = new String(svg, UTF_8);
    checkWellFormed(xml, text);
    LoaderContext context =
        LoaderContext.builder()
            .externalResourcePolicy(ResourcePolicy.DENY_ALL)
            .documentLimits(new DocumentLimits(NESTING_MAX, USE_NESTING_MAX, PATH_MAX))
            .preProcessor(SvgPathData::cutAtErrors)
            .cssParser(SvgPathData.withoutPaths(LoaderContext.createDefault().cssParser()))
            .build();
    SVGDocument document =
        new SVGLoader().load(() -> xml.createXMLEventReader(new StringReader(text)), null, context);
    if (document == null) {
      throw new RefusedImageException("the SVG can't be read: no element \"svg\" at its root");
    }
    return document;
  }

  private static void checkWellFormed(XMLInputFactory xml, String svg)
      throws RefusedImageException {
    try {
      XMLStreamReader reader = xml.createXMLStreamReader(new StringReader(svg));
      while (reader.hasNext()) {
        reader.next();
      }
    } catch (XMLStreamException e) {
      var place = e.getLocation();
      throw new RefusedImageException(
          String.format(
              "the SVG is not well-formed at line %d, column %d",
              place.getLineNumber(), place.getColumnNumber()),
          e);
    }
  }

  /// An output that looks at the deadline before everything it draws, so that a drawing that
  /// repeats itself endlessly ends.
  private static Output guard(Output output, Deadline deadline) {
    return (Output)
        Proxy.newProxyInstance(
            Output.class.getClassLoader(),
            new Class<?>[] {Output.class},
            (_, method, arguments) -> {
              deadline.check();
              if (method.getName().equals("supportsFilters")) {
                return false;
              }
              try {
                Object result = method.invoke(output, arguments);
                return result instanceof Output child ? guard(child, deadline) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
