package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.geometry.path.BuildHistory;
import com.github.weisj.jsvg.geometry.path.PathCommand;
import com.github.weisj.jsvg.geometry.path.PathParser;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Truncates path data that continues after a close without a new command, as in `M0 0L9 9z 5`:
/// JSVG (2.0.0) parses that close forever, until memory is exhausted. Up to the error is also what
/// [SVG 2](https://www.w3.org/TR/SVG2/paths.html#PathDataErrorHandling) says to draw. The same for
/// a point that lacks a coordinate.
final class SvgPathData {
  private static final Pattern CLOSED = Pattern.compile("[zZ][ \t\r\n,]*+(?=[^a-zA-Z])");

  private static final String NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";

  /// A dot, if its line has an end that is drawn; the library draws none.
  private static final Pattern CLOSED_POINT =
      Pattern.compile("([mM]\\s*" + NUMBER + "[\\s,]*" + NUMBER + ")\\s*[zZ]");

  /// By the types of [PathIterator].
  private static final String COMMANDS = "MLQCZ";

  private static final int[] COORDINATES = {2, 2, 4, 6, 0};

  /// As CSS has it.
  private static final Pattern FUNCTION =
      Pattern.compile("(?i)path\\(\\s*(?:(?:nonzero|evenodd)\\s*,)?\\s*([\"'])([^\"']*)\\1\\s*\\)");

  private SvgPathData() {}

  /// The data of an attribute, or in the form of CSS; empty when it is neither.
  static Optional<String> known(String value) {
    Matcher function = FUNCTION.matcher(value);
    if (function.matches()) {
      return Optional.of(cutAtError(function.group(2)));
    }
    return value.indexOf('(') < 0 ? Optional.of(cutAtError(value)) : Optional.empty();
  }

  static String cutAtError(String data) {
    Matcher closed = CLOSED.matcher(data);
    String valid = closed.find() ? data.substring(0, closed.start() + 1) : data;
    return CLOSED_POINT.matcher(valid).replaceAll("$1h0");
  }

  /// The same area by the other rule: the library has only that one for clip paths.
  static String nonZero(String data) {
    Path2D path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    BuildHistory history = new BuildHistory();
    for (PathCommand command : new PathParser(data).parsePathCommand()) {
      command.appendPath(path, history);
    }
    StringBuilder area = new StringBuilder();
    double[] c = new double[6];
    for (PathIterator all = new Area(path).getPathIterator(null); !all.isDone(); all.next()) {
      int type = all.currentSegment(c);
      area.append(COMMANDS.charAt(type));
      for (int i = 0; i < COORDINATES[type]; i++) {
        area.append((float) c[i]).append(' ');
      }
    }
    return area.toString();
  }

  /// JSVG gives up the whole drawing for a coordinate without its other one.
  static String inPairs(String points) {
    String[] numbers = points.strip().split("[\\s,]+");
    return numbers.length % 2 == 0 || points.isBlank()
        ? points
        : String.join(" ", Arrays.copyOf(numbers, numbers.length - 1));
  }
}
