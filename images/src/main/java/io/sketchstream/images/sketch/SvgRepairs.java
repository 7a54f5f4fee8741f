package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.parser.DomElement;
import io.sketchstream.images.sketch.SvgScope.Place;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/// Puts right what the renderer (JSVG 2.0.0) gets wrong: sizes that are not given, strokes that do
/// not scale, the rule of clip paths, masks by opacity, markers without a view box, the current
/// colour of gradients, points that lack a coordinate.
final class SvgRepairs {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  /// Where a marker says nothing.
  private static final String MARKER_SIDE = "3";

  /// Parts of filters that need no input.
  private static final Set<String> SOURCES = Set.of("feflood", "feimage", "feturbulence");

  private static final Set<String> CLIP_PATHS = Set.of("clippath");
  private static final Set<String> PATTERNS = Set.of("pattern", "marker");
  private static final double WIDTH = 300;
  private static final double HEIGHT = 150;

  /// User units of one pixel of the page as it is meant to be shown.
  private double unitsPerPixel = 1;

  private Optional<String> problem = Optional.empty();

  /// What can't be put right, after all elements.
  Optional<String> problem() {
    return problem;
  }

  /// The scope with the viewport that an element establishes.
  SvgScope size(DomElement element, Map<String, String> known, SvgScope scope) {
    SvgLengths outer = scope.lengths();
    boolean root = element.parent() == null;
    if (!root && !element.tagName().equals("svg") && !element.tagName().equals("symbol")) {
      return scope;
    }
    double[] box = box(element);
    OptionalDouble width = side(known, "width", outer, root);
    OptionalDouble height = side(known, "height", outer, root);
    if (root && box.length > 0) {
      double ratio = box[2] / box[3];
      double wide = width.orElse(height.isPresent() ? height.getAsDouble() * ratio : box[2]);
      double high = height.orElse(width.isPresent() ? width.getAsDouble() / ratio : box[3]);
      known.put("width", String.valueOf((float) wide));
      known.put("height", String.valueOf((float) high));
      unitsPerPixel =
          width.isPresent() || height.isPresent()
              ? Math.max(box[2] / wide, box[3] / high)
              : box[2] / WIDTH; // As wide as viewers show what has no width.
    }
    double inner = box.length > 0 ? box[2] : width.orElse(root ? WIDTH : outer.width());
    double high = box.length > 0 ? box[3] : height.orElse(root ? HEIGHT : outer.height());
    return scope.with(new SvgLengths(outer.fontSize(), outer.rootFontSize(), inner, high));
  }

  private static OptionalDouble side(
      Map<String, String> known, String name, SvgLengths outer, boolean root) {
    String value = known.getOrDefault(name, "");
    OptionalDouble side = root ? outer.absolute(value) : outer.of(name, value);
    return side.isPresent() && side.getAsDouble() > 0 ? side : OptionalDouble.empty();
  }

  /// Its view box; empty where there is none.
  private static double[] box(DomElement element) {
    String text = element.attribute("viewBox");
    String[] parts = text == null ? new String[0] : text.strip().split("[\\s,]+");
    double[] box = new double[4];
    if (parts.length != box.length) {
      return new double[0];
    }
    for (int i = 0; i < box.length; i++) {
      box[i] = CssMath.of(parts[i], unit -> unit.isEmpty() ? 1 : Double.NaN).orElse(Double.NaN);
    }
    return box[2] > 0 && box[3] > 0 ? box : new double[0];
  }

  /// The place of what is in an element.
  Place place(DomElement element, Map<String, String> known, Place outer) {
    return switch (element.tagName().toLowerCase(Locale.ROOT)) {
      case "clippath" -> Place.CLIP_PATH;
      case "mask" -> "alpha".equals(known.get("mask-type")) ? Place.ALPHA_MASK : Place.USUAL;
      default -> outer;
    };
  }

  /// @param known the styles of an element
  /// @param scope of what is in it
  /// @param place that it is in
  void repair(DomElement element, Map<String, String> known, SvgScope scope, Place place) {
    if (known.getOrDefault("vector-effect", "").contains("non-scaling-stroke")
        && unitsPerPixel != 1) {
      scale(known, scope);
    }
    if (place == Place.CLIP_PATH) {
      if ("evenodd".equals(scope.inherited().get("clip-rule"))) {
        known.computeIfPresent("d", (_, path) -> SvgPathData.nonZero(path));
      }
      inClipPath(element, known);
    }
    if (isIn(element, PATTERNS)) {
      scope.inherited().forEach(known::putIfAbsent); // It is not handed down to them.
    }
    if (place == Place.ALPHA_MASK) {
      for (String paint : SvgProperties.PAINTS) {
        // White counts as much as it is opaque.
        known.computeIfPresent(paint, (_, value) -> value.equals("none") ? value : "white");
      }
      if (!scope.inherited().get("fill").equals("none")) {
        known.put("fill", "white");
      }
    }
    if ("currentcolor".equals(known.get("stop-color"))) {
      known.put("stop-color", scope.inherited().get("color"));
    }
    repairByName(element, known);
  }

  private void repairByName(DomElement element, Map<String, String> known) {
    switch (element.tagName().toLowerCase(Locale.ROOT)) {
      case "image" -> {
        if ("0".equals(known.get("width")) || "0".equals(known.get("height"))) {
          known.put("display", "none");
        }
        if (known.containsKey("opacity")) {
          SvgPictures.REFERENCES.stream()
              .filter(name -> element.attribute(name) != null)
              .forEach(name ->
                  element.setAttribute(
                      name, SvgPictures.faint(element.attribute(name), known.get("opacity"))));
        }
      }
      case "filter" -> {
        if (replacesItsSource(element)) {
          problem =
              Optional.of(
                  "the SVG has a filter that draws something else than its shapes, which is not"
                      + " supported; save it without filters");
        }
      }
      case "lineargradient", "radialgradient" -> move(element, known, "gradientTransform");
      case "pattern" -> move(element, known, "patternTransform");
      case "symbol" -> { // Else it would be as large as its view box.
        known.putIfAbsent("width", "100%");
        known.putIfAbsent("height", "100%");
      }
      case "marker" -> {
        if (element.attribute("viewBox") == null) {
          String width = markerSide(element, "markerWidth");
          element.setAttribute(
              "viewBox", "0 0 " + width + " " + markerSide(element, "markerHeight"));
        }
      }
      default -> {
        String points = element.attribute("points");
        if (points != null) {
          element.setAttribute("points", SvgPathData.inPairs(points));
        }
        String path = element.attribute("path");
        if (path != null) {
          element.setAttribute("path", SvgPathData.cutAtError(path));
        }
      }
    }
  }

  /// What is not displayed has no part in it; its own transform is one of all its shapes.
  private static void inClipPath(DomElement element, Map<String, String> known) {
    if (known.getOrDefault("display", "").equals("none")
        || known.getOrDefault("visibility", "").equals("hidden")) {
      known.put("transform", "scale(0)");
    } else if (isIn(element, CLIP_PATHS) && element.parent().attribute("transform") != null) {
      known.merge(
          "transform", element.parent().attribute("transform"), (own, outer) -> outer + " " + own);
    }
  }

  private static boolean isIn(DomElement element, Set<String> names) {
    return element.parent() != null
        && names.contains(element.parent().tagName().toLowerCase(Locale.ROOT));
  }

  /// A transform of the style of a gradient or pattern.
  private static void move(DomElement element, Map<String, String> known, String attribute) {
    String transform = known.remove("transform");
    if (transform != null) {
      element.setAttribute(attribute, transform);
      element.setAttribute("transform", null);
    }
  }

  /// Filters are left out, which does not matter to those that add a shadow.
  private static boolean replacesItsSource(DomElement filter) {
    List<? extends DomElement> parts = filter.children();
    return !parts.isEmpty()
        && SOURCES.contains(parts.getFirst().tagName().toLowerCase(Locale.ROOT))
        && parts.stream()
            .allMatch(
                part -> isNoSource(part.attribute("in")) && isNoSource(part.attribute("in2")));
  }

  private static boolean isNoSource(String input) {
    return input == null || !input.startsWith("Source");
  }

  /// The renderer takes their width for one in user units.
  private void scale(Map<String, String> known, SvgScope scope) {
    for (String name : new String[] {"stroke-width", "stroke-dasharray", "stroke-dashoffset"}) {
      String value = scope.inherited().getOrDefault(name, "");
      StringBuilder scaled = new StringBuilder();
      for (String part : value.strip().split("[\\s,]+")) {
        OptionalDouble length = scope.lengths().of(name, part);
        if (length.isEmpty()) {
          break;
        }
        scaled.append((float) (length.getAsDouble() * unitsPerPixel)).append(' ');
      }
      if (!scaled.isEmpty()) {
        known.put(name, scaled.toString().strip());
      }
    }
  }

  private static String markerSide(DomElement marker, String name) {
    String side = marker.attribute(name);
    String text = side == null ? "" : side.strip();
    return NUMBER.matcher(text).matches() ? text : MARKER_SIDE;
  }
}
