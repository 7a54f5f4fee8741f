package io.sketchstream.images.sketch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/// Lengths at one element of a drawing, in user units. The renderer knows numbers, percentages and
/// the units of paper; not `calc()`, and it takes another size of letters for `em` and `rem`.
///
/// @param fontSize of the element
/// @param rootFontSize of the drawing
/// @param width of the viewport that percentages refer to
/// @param height of the viewport
record SvgLengths(double fontSize, double rootFontSize, double width, double height) {
  static final double FONT_SIZE = 16;

  private static final Map<String, Double> ABSOLUTE =
      Map.of(
          "",
          1.0,
          "px",
          1.0,
          "pt",
          96.0 / 72,
          "pc",
          16.0,
          "mm",
          96 / 25.4,
          "q",
          96 / 101.6,
          "cm",
          96 / 2.54,
          "in",
          96.0);

  private static final Pattern OF_LETTERS = Pattern.compile("(?i)\\d\\.?(em|rem|ex|ch)\\b");
  private static final Set<String> HORIZONTAL =
      Set.of("x", "width", "cx", "rx", "x1", "x2", "dx", "refX", "markerWidth");
  private static final Set<String> VERTICAL =
      Set.of("y", "height", "cy", "ry", "y1", "y2", "dy", "refY", "markerHeight");

  /// A list of lengths, each of which the renderer knows.
  String known(String property, String value) {
    // The renderer takes a share of the viewport for one of the dashes there.
    boolean share = property.equals("stroke-dashoffset") && value.endsWith("%");
    if (!CssMath.isIn(value) && !OF_LETTERS.matcher(value).find() && !share) {
      return value;
    }
    List<String> known = new ArrayList<>();
    for (String group : CssText.split(value.strip(), ',')) {
      for (String part : CssText.split(group, ' ')) {
        OptionalDouble length = CssMath.isIn(part) || share ? of(property, part) : ofLetters(part);
        if (!part.isBlank()) {
          known.add(length.isPresent() ? String.valueOf((float) length.getAsDouble()) : part);
        }
      }
    }
    return String.join(" ", known);
  }

  /// The length in user units; empty for what is none.
  OptionalDouble of(String property, String value) {
    return CssMath.of(value, unit -> unit.equals("%") ? whole(property) / 100 : unit(unit));
  }

  /// The length, unless it is a share of the viewport.
  OptionalDouble absolute(String value) {
    return CssMath.of(value, this::unit);
  }

  private OptionalDouble ofLetters(String part) {
    return OF_LETTERS.matcher(part).find() ? absolute(part) : OptionalDouble.empty();
  }

  private double unit(String unit) {
    return switch (unit) {
      case "em" -> fontSize;
      case "rem" -> rootFontSize;
      case "ex", "ch" -> fontSize / 2;
      default -> ABSOLUTE.getOrDefault(unit, Double.NaN);
    };
  }

  private double whole(String property) {
    if (property.endsWith("opacity") || property.equals("offset")) {
      return 1;
    }
    if (property.equals("font-size")) {
      return fontSize;
    }
    return HORIZONTAL.contains(property)
        ? width
        : VERTICAL.contains(property) ? height : Math.sqrt((width * width + height * height) / 2);
  }
}
