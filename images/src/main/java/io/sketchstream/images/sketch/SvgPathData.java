package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.parser.DomElement;
import com.github.weisj.jsvg.parser.css.CssParser;
import com.github.weisj.jsvg.parser.css.StyleProperty;
import com.github.weisj.jsvg.parser.css.StyleSheet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Truncates path data that continues after a close without a new command, as in `M0 0L9 9z 5`:
/// JSVG (2.0.0) parses that close for ever, until memory is exhausted. Up to the error is also what
/// [SVG 2](https://www.w3.org/TR/SVG2/paths.html#PathDataErrorHandling) says to draw. The same for
/// a point that lacks a coordinate.
final class SvgPathData {
  /// The attributes that JSVG reads as path data.
  private static final List<String> NAMES = List.of("d", "path");

  private static final Pattern CLOSED = Pattern.compile("[zZ][ \t\r\n,]*+(?=[^a-zA-Z])");

  private static final Pattern DECLARED =
      Pattern.compile("(?i)(?:^|;)\\s*d\\s*:\\s*path\\(\\s*([\"'])([^\"']*)\\1\\s*\\)");

  private SvgPathData() {}

  /// Truncates it in all attributes of a document, including those set by a `style` attribute.
  static void cutAtErrors(DomElement root) {
    Deque<DomElement> rest = new ArrayDeque<>(); // A document may be nested too deep for recursion.
    rest.push(root);
    while (!rest.isEmpty()) {
      DomElement element = rest.pop();
      for (String name : NAMES) {
        String data = element.attribute(name);
        if (data != null) {
          element.setAttribute(name, cutAtError(data));
        }
      }
      String points = element.attribute("points");
      if (points != null) {
        element.setAttribute("points", inPairs(points));
      }
      String style = element.attribute("style");
      if (style != null) {
        declared(style).ifPresent(data -> element.setAttribute("d", cutAtError(data)));
        element.setAttribute("style", withoutPaths(style));
      }
      element.children().forEach(rest::push);
    }
  }

  /// A parser whose style sheets set path data in the form of JSVG: it takes a value for path data
  /// as it stands there, and CSS has `path("M0 0...")`.
  static CssParser withoutPaths(CssParser parser) {
    return text -> {
      StyleSheet sheet = parser.parse(text);
      return (element, consumer) ->
          sheet.forEachMatchingRule(
              element,
              property -> {
                Optional<String> data = declared(property.name() + ":" + property.value());
                if (!isPath(property.name())) {
                  consumer.applyRule(property);
                } else if (data.isPresent()) {
                  consumer.applyRule(new StyleProperty("d", cutAtError(data.get())));
                }
              });
    };
  }

  /// The path that a style sets, as CSS writes it.
  private static Optional<String> declared(String style) {
    Matcher path = DECLARED.matcher(style);
    return path.find() ? Optional.of(path.group(2)) : Optional.empty();
  }

  private static String cutAtError(String data) {
    Matcher closed = CLOSED.matcher(data);
    return closed.find() ? data.substring(0, closed.start() + 1) : data;
  }

  /// JSVG gives up the whole drawing for a coordinate without its other one.
  private static String inPairs(String points) {
    String[] numbers = points.strip().split("[\\s,]+");
    return numbers.length % 2 == 0 || points.isBlank()
        ? points
        : String.join(" ", Arrays.copyOf(numbers, numbers.length - 1));
  }

  private static String withoutPaths(String style) {
    return Arrays.stream(style.split(";"))
        .filter(declaration -> !isPath(declaration.split(":", 2)[0]))
        .collect(Collectors.joining(";"));
  }

  private static boolean isPath(String property) {
    String name = property.trim();
    return NAMES.stream().anyMatch(name::equalsIgnoreCase);
  }
}
