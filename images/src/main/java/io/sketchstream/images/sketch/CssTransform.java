package io.sketchstream.images.sketch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Transforms of [CSS](https://www.w3.org/TR/css-transforms-2/) in the form that SVG attributes
/// have, which is all that the renderer knows: numbers without units, and no third dimension.
final class CssTransform {
  private static final Pattern FUNCTION = Pattern.compile("([A-Za-z][A-Za-z0-9]*)\\(([^()]*)\\)");
  private static final Pattern PERCENTAGE = Pattern.compile("([\\d.]+)%");
  private static final String NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";
  private static final Pattern ARGUMENT = Pattern.compile("(" + NUMBER + ")([A-Za-z]*)");

  /// Degrees of an angle, or pixels of a length.
  private static final Map<String, Double> UNITS =
      Map.of(
          "", 1.0,
          "deg", 1.0,
          "grad", .9,
          "rad", 180 / Math.PI,
          "turn", 360.0,
          "px", 1.0,
          "pt", 96.0 / 72,
          "mm", 96 / 25.4,
          "cm", 96 / 2.54,
          "in", 96.0);

  private static final List<String> SINGLE = List.of("translate", "rotate", "scale");
  private static final Pattern NOTHING = Pattern.compile("(?i)none|inherit|initial|unset|");

  /// As SVG writes them in an attribute; viewers ignore all of one that is not valid.
  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "\\s*(?:(?:matrix|translate|scale|rotate|skewX|skewY)\\s*\\(\\s*N(?:(?:\\s*,\\s*|\\s+|(?=[-+]))N)*"
                  .replace("N", NUMBER)
              + "\\s*\\)[\\s,]*)*");

  /// What CSS does not allow without a unit.
  private static final Pattern WITHOUT_UNIT =
      Pattern.compile(
          "(?i)\\b(?:translate|rotate|skew)[a-z]*\\((?:[^()]*[\\s,])?[-+]?(?!0*\\.?0*[\\s,)])[\\d.]+[\\s,)].*");

  private static final int MATRIX_3D_SIZE = 16;

  private static final Pattern MATH =
      Pattern.compile(
          "(?i)\\b(?:calc|min|max|clamp)\\((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*\\)");

  private CssTransform() {}

  /// The value with each function that is known in its usual form.
  static String usual(String value) {
    return FUNCTION
        .matcher(CssMath.isIn(value) ? withoutMath(value) : value)
        .replaceAll(function -> Matcher.quoteReplacement(usual(function)));
  }

  /// Whether an attribute has this value, and not a style that is not valid as such.
  static boolean isAttribute(String value) {
    return ATTRIBUTE.matcher(value).matches() || value.strip().equalsIgnoreCase("none");
  }

  static boolean isStyle(String value) {
    return !WITHOUT_UNIT.matcher(value).find();
  }

  /// Whether the renderer knows all functions of a usual form.
  static boolean isKnown(String usual) {
    String known = usual.replaceAll("%(?=[^()]*\\))", "");
    return isAttribute(known) || known.matches("(?i)inherit|");
  }

  /// Makes one transform of the properties `translate`, `rotate`, `scale` and `transform`, which
  /// apply in this order; the renderer knows only the last.
  static void joinInto(Map<String, String> style) {
    StringBuilder joined = new StringBuilder();
    for (String single : SINGLE) {
      String value = style.remove(single);
      if (value != null && !NOTHING.matcher(value).matches()) {
        String arguments = String.join(",", value.strip().replaceFirst("^z\\s+", "").split("\\s+"));
        joined.append(usual(single + "(" + arguments + ")")).append(' ');
      }
    }
    if (!joined.isEmpty()) {
      String transform = style.getOrDefault("transform", "none");
      style.put("transform", joined + (transform.equals("none") ? "" : transform));
    }
  }

  /// The point that a transform is around, as two lengths or shares.
  static String origin(String value, SvgLengths lengths) {
    List<String> parts = new ArrayList<>(List.of(value.toLowerCase(Locale.ROOT).split("[\\s,]+")));
    if (CssMath.isIn(value)) {
      parts = CssText.split(value.strip(), ' ');
    }
    String first = parts.getFirst();
    String second = parts.size() > 1 ? parts.get(1) : "center";
    boolean swapped =
        first.equals("top")
            || first.equals("bottom")
            || second.equals("left")
            || second.equals("right");
    String x = side(swapped ? second : first);
    String y = side(swapped ? first : second);
    return lengths.known("x", x) + " " + lengths.known("y", y);
  }

  private static String side(String keyword) {
    return switch (keyword) {
      case "left", "top" -> "0%";
      case "center" -> "50%";
      case "right", "bottom" -> "100%";
      default -> keyword;
    };
  }

  private static String withoutMath(String value) {
    return MATH.matcher(value)
        .replaceAll(math ->
            Matcher.quoteReplacement(
                CssMath.of(math.group(), unit -> UNITS.getOrDefault(unit, Double.NaN)).stream()
                    .mapToObj(String::valueOf)
                    .findFirst()
                    .orElse(math.group())));
  }

  private static String usual(MatchResult function) {
    boolean scale = function.group(1).regionMatches(true, 0, "scale", 0, 5);
    List<Double> arguments =
        arguments(
            scale ? PERCENTAGE.matcher(function.group(2)).replaceAll("$1e-2") : function.group(2));
    if (arguments.isEmpty()) {
      return function.group();
    }
    double first = arguments.getFirst();
    int count = arguments.size();
    return switch (function.group(1).toLowerCase(Locale.ROOT)) {
      case "rotate", "rotatez" -> count == 2 ? "none" : call("rotate", arguments);
      case "translate", "scale" -> call(function.group(1), arguments);
      case "translatex" -> call("translate", List.of(first, 0.0));
      case "translatey" -> call("translate", List.of(0.0, first));
      case "scalex" -> call("scale", List.of(first, 1.0));
      case "scaley" -> call("scale", List.of(1.0, first));
      case "skewx" -> call("skewX", arguments);
      case "skewy" -> call("skewY", arguments);
      case "skew" ->
          call(
              "matrix",
              List.of(1.0, count > 1 ? slope(arguments.get(1)) : 0, slope(first), 1., 0., 0.));
      case "translate3d", "scale3d" ->
          count < 2
              ? function.group()
              : call(
                  function.group(1).substring(0, function.group(1).length() - 2),
                  arguments.subList(0, 2));
      case "matrix3d" ->
          count < MATRIX_3D_SIZE
              ? function.group()
              : call(
                  "matrix",
                  List.of(
                      first,
                      arguments.get(1),
                      arguments.get(4),
                      arguments.get(5),
                      arguments.get(12),
                      arguments.get(13)));
      case "rotatex" -> call("scale", List.of(1.0, Math.cos(Math.toRadians(first))));
      case "rotatey" -> call("scale", List.of(Math.cos(Math.toRadians(first)), 1.0));
      case "rotate3d" ->
          count == 4 && first == 0 && arguments.get(1) == 0
              ? call("rotate", List.of(Math.signum(arguments.get(2)) * arguments.get(3)))
              : function.group();
      case "translatez", "perspective" -> "";
      default -> function.group();
    };
  }

  private static double slope(double degrees) {
    return Math.tan(Math.toRadians(degrees));
  }

  /// Empty where a unit is not known, such as a share of the size of the element.
  private static List<Double> arguments(String text) {
    List<Double> arguments = new ArrayList<>();
    Matcher argument = ARGUMENT.matcher(text);
    int end = 0;
    while (argument.find()) {
      Double unit = UNITS.get(argument.group(2).toLowerCase(Locale.ROOT));
      if (unit == null || !isSeparator(text.substring(end, argument.start()))) {
        return List.of();
      }
      arguments.add(Double.parseDouble(argument.group(1)) * unit);
      end = argument.end();
    }
    return isSeparator(text.substring(end)) ? arguments : List.of();
  }

  private static boolean isSeparator(String text) {
    return text.replace(',', ' ').isBlank();
  }

  private static String call(String name, List<Double> arguments) {
    List<String> numbers = arguments.stream().map(String::valueOf).toList();
    return name + "(" + String.join(",", numbers) + ")";
  }
}
