package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.DocumentLimits;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.renderer.NullPlatformSupport;
import com.github.weisj.jsvg.renderer.output.Output;
import com.github.weisj.jsvg.view.FloatSize;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.DrawingPaper;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Renders an SVG drawing on its paper, without external files and filters. Time and memory are not
/// bounded here: it only runs in a decoder process.
final class SvgRenderer {
  /// What the parser of the JDK says after the place.
  private static final Pattern REASON = Pattern.compile("Message: (?:JAXP\\d+: )?(.{1,200})");

  private static final int LONG_SIDE = 768;
  private static final int ZOOMS_MAX = 3;
  private static final int NESTING_MAX = 100;
  private static final int USE_NESTING_MAX = 10;
  private static final int PATH_MAX = 100_000;
  private static final float ASPECT_MAX = 100;

  /// A bad drawing is reported to its sender; the library would log it with a stack trace.
  private static final Logger LIBRARY = Logger.getLogger("com.github.weisj.jsvg");

  static {
    LIBRARY.setLevel(Level.OFF);
  }

  private SvgRenderer() {}

  static BufferedImage render(byte[] file) throws RefusedImageException {
    String svg = SvgText.withNamespaces(SvgEntities.expand(SvgText.of(file)));
    try {
      return draw(load(svg));
    } catch (RuntimeException e) { // As with ImageIO, a bad drawing may cause any exception.
      throw new RefusedImageException("the SVG cannot be rendered", e);
    }
  }

  private record Drawing(SVGDocument document, SvgPictures pictures) {}

  private static BufferedImage draw(Drawing drawing) throws RefusedImageException {
    SVGDocument document = drawing.document();
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
    SvgView view = SvgView.WHOLE;
    BufferedImage image = picture(document, width, height, view);
    if (isBlank(image)) { // It may be less than a pixel.
      view =
          view.closer(document.computeShape(view.page(width, height)).getBounds2D(), width, height)
              .orElse(view);
      image = picture(document, width, height, view);
    }
    for (int i = 0; i < ZOOMS_MAX; i++) {
      Optional<SvgView> closer = view.closer(image);
      if (closer.isEmpty()) {
        break;
      }
      view = closer.get();
      image = picture(document, width, height, view);
    }
    Optional<String> problem = drawing.pictures().problem();
    if (problem.isPresent()) {
      throw new RefusedImageException(problem.get());
    }
    return DrawingPaper.put(image);
  }

  private static BufferedImage picture(SVGDocument document, int width, int height, SvgView view) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      document.renderWithPlatform(
          NullPlatformSupport.INSTANCE,
          withoutFilters(Output.createForGraphics(graphics)),
          view.page(width, height));
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private static boolean isBlank(BufferedImage image) {
    int[] argb = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    return Arrays.stream(argb).allMatch(pixel -> pixel == argb[0]);
  }

  private static Drawing load(String svg) throws RefusedImageException {
    XMLInputFactory xml = XMLInputFactory.newDefaultFactory();
    xml.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    xml.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    xml.setXMLReporter((_, _, _, _) -> {}); // Otherwise errors are printed.
    checkWellFormed(xml, svg);
    SvgStyles styles = new SvgStyles();
    SvgCascade cascade = new SvgCascade(styles, new SvgValues(svg));
    SvgPictures pictures = new SvgPictures();
    AtomicReference<SvgEvents> events = new AtomicReference<>();
    LoaderContext context =
        LoaderContext.builder()
            .externalResourcePolicy(pictures)
            .resourceLoader(pictures)
            .documentLimits(new DocumentLimits(NESTING_MAX, USE_NESTING_MAX, PATH_MAX))
            .cssParser(styles::parse)
            .preProcessor(cascade::apply)
            .build();
    SVGDocument document =
        new SVGLoader()
            .load(
                () -> {
                  events.set(new SvgEvents(xml.createXMLEventReader(new StringReader(svg))));
                  return events.get();
                },
                null,
                context);
    Optional<String> problem = cascade.problem();
    if (problem.isPresent()) {
      throw new RefusedImageException(problem.get());
    }
    if (events.get() != null && events.get().dependsOnOtherFiles()) {
      throw new RefusedImageException(
          "the colours of the SVG are in a style sheet of another file, which is not fetched; save"
              + " it with inline styles");
    }
    if (document == null) {
      throw new RefusedImageException(
          "the SVG can't be read: its root is no element \"svg\", or a value or reference in it is not"
              + " valid");
    }
    return new Drawing(document, pictures);
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
      Matcher reason = REASON.matcher(String.valueOf(e.getMessage()));
      throw new RefusedImageException(
          String.format(
              "the SVG is not well-formed at line %d, column %d%s",
              place.getLineNumber(),
              place.getColumnNumber(),
              reason.find() ? ": " + reason.group(1) : ""),
          e);
    }
  }

  private static Output withoutFilters(Output output) {
    return (Output)
        Proxy.newProxyInstance(
            Output.class.getClassLoader(),
            new Class<?>[] {Output.class},
            (_, method, arguments) -> {
              if (method.getName().equals("supportsFilters")) {
                return false;
              }
              try {
                Object result = method.invoke(output, arguments);
                return result instanceof Output child ? withoutFilters(child) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
