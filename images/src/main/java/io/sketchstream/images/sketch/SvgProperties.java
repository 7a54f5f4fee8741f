package io.sketchstream.images.sketch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The properties that make a difference to a drawing, by kind ([SVG
/// 2](https://www.w3.org/TR/SVG2/propidx.html)).
final class SvgProperties {
  static final Set<String> PAINTS = Set.of("fill", "stroke", "color", "stop-color");

  /// Keywords, in any case.
  static final Set<String> KEYWORDS =
      Set.of(
          "display",
          "visibility",
          "fill-rule",
          "clip-rule",
          "stroke-linecap",
          "stroke-linejoin",
          "overflow",
          "vector-effect",
          "paint-order",
          "transform-box",
          "mask-type");

  /// Lengths and numbers.
  static final Set<String> LENGTHS =
      Set.of(
          "stroke-width",
          "stroke-dasharray",
          "stroke-dashoffset",
          "stroke-miterlimit",
          "opacity",
          "fill-opacity",
          "stroke-opacity",
          "stop-opacity",
          "x",
          "y",
          "width",
          "height",
          "cx",
          "cy",
          "r",
          "rx",
          "ry",
          "x1",
          "y1",
          "x2",
          "y2",
          "offset");

  static final Set<String> MARKERS = Set.of("marker-start", "marker-mid", "marker-end");

  /// An attribute can set these.
  private static final List<Set<String>> ATTRIBUTES =
      List.of(
          PAINTS,
          KEYWORDS,
          LENGTHS,
          MARKERS,
          Set.of("marker", "clip-path", "mask", "filter", "transform", "transform-origin"),
          Set.of("d", "font-size", "orient"));

  private static final Set<String> BOX = Set.of("x", "y", "width", "height");

  /// Attributes that only some elements have as properties.
  private static final Map<String, Set<String>> GEOMETRY =
      Map.of(
          "rect", Set.of("x", "y", "width", "height", "rx", "ry"),
          "image", BOX,
          "svg", BOX,
          "use", Set.of("x", "y"),
          "circle", Set.of("cx", "cy", "r"),
          "ellipse", Set.of("cx", "cy", "rx", "ry"),
          "path", Set.of("d"));

  private static final Set<String> OF_SOME =
      Set.of(
          "x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "d",
          "orient");

  private static final Map<String, String> INITIAL = new HashMap<>();

  static {
    INITIAL.putAll(
        Map.of(
            "fill", "black",
            "stroke", "none",
            "color", "black",
            "stop-color", "black",
            "stroke-width", "1",
            "stroke-dasharray", "none",
            "stroke-dashoffset", "0",
            "stroke-linecap", "butt",
            "stroke-linejoin", "miter"));
    INITIAL.putAll(
        Map.of(
            "fill-rule", "nonzero",
            "opacity", "1",
            "fill-opacity", "1",
            "stroke-opacity", "1",
            "display", "inline",
            "visibility", "visible",
            "transform", "none",
            "clip-path", "none",
            "mask", "none"));
  }

  private static final Set<String> NOT_INHERITED =
      Set.of("stop-color", "opacity", "display", "transform", "clip-path", "mask");

  private SvgProperties() {}

  static List<Set<String>> attributes() {
    return ATTRIBUTES;
  }

  /// Whether a style may set this value for an element of this name: path data is a function there,
  /// transforms have units.
  static boolean isStyled(String element, String property, String value) {
    if (property.equals("transform")) {
      return CssTransform.isStyle(value);
    }
    return !OF_SOME.contains(property)
        || (GEOMETRY.getOrDefault(element, Set.of()).contains(property)
            && (!property.equals("d") || value.indexOf('(') >= 0));
  }

  /// Whether a property is of web pages only; the renderer stumbles on embedded backgrounds.
  static boolean isForPages(String property) {
    return property.startsWith("background");
  }

  static Optional<String> initial(String property) {
    return Optional.ofNullable(INITIAL.get(property));
  }

  static boolean isInherited(String property) {
    return INITIAL.containsKey(property) && !NOT_INHERITED.contains(property);
  }
}
