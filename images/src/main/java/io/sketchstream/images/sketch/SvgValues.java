package io.sketchstream.images.sketch;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The values of properties as the renderer understands them: paints ([SvgPaints]), transforms
/// ([CssTransform]), the keywords that every property has. What it would pass over in silence, and
/// what makes another drawing, is refused.
final class SvgValues {
  private static final Map<String, String> INITIAL =
      Map.ofEntries(
          Map.entry("fill", "black"),
          Map.entry("stroke", "none"),
          Map.entry("color", "black"),
          Map.entry("stop-color", "black"),
          Map.entry("stroke-width", "1"),
          Map.entry("stroke-dasharray", "none"),
          Map.entry("stroke-dashoffset", "0"),
          Map.entry("stroke-linecap", "butt"),
          Map.entry("stroke-linejoin", "miter"),
          Map.entry("fill-rule", "nonzero"),
          Map.entry("opacity", "1"),
          Map.entry("fill-opacity", "1"),
          Map.entry("stroke-opacity", "1"),
          Map.entry("display", "inline"),
          Map.entry("visibility", "visible"),
          Map.entry("transform", "none"),
          Map.entry("clip-path", "none"),
          Map.entry("mask", "none"));

  private static final Set<String> NOT_INHERITED =
      Set.of("stop-color", "opacity", "display", "transform", "clip-path", "mask");

  /// A shape of CSS in place of a clip path of the drawing.
  private static final Pattern SHAPE =
      Pattern.compile("(?i).*\\b(inset|circle|ellipse|polygon|path|rect|xywh|shape)\\(.*");

  /// As browsers write a reference; the renderer knows it without quotes.
  private static final Pattern REFERENCE =
      Pattern.compile("url\\(\\s*([\"']?)#([^\"')]*)\\1\\s*\\)");

  private static final Pattern NO_NAME = Pattern.compile("(?s)[^\\w.:-]");

  private static final Set<String> SINGLE_TRANSFORMS = Set.of("translate", "rotate", "scale");

  private final SvgPaints paints;

  SvgValues(SvgPaints paints) {
    this.paints = paints;
  }

  /// The value of a property that stands in a style or a style sheet.
  String declared(String property, String value) {
    if (SINGLE_TRANSFORMS.contains(property.toLowerCase(Locale.ROOT))
        && !value.strip().toLowerCase(Locale.ROOT).matches("none|0|1|")) {
      refuse(property, value, "the property \"transform\"");
    }
    return known(property, value);
  }

  /// The value of an attribute.
  String known(String property, String value) {
    String name = property.strip().toLowerCase(Locale.ROOT);
    // A paint that is missing is looked for by its name as it stands in the file.
    String plain = withReferences(value, SvgValues::unescaped);
    String known =
        withReferences(withoutKeyword(name, paints.known(property, plain)), SvgValues::id);
    return switch (name) {
      case "transform" -> CssTransform.usual(known);
      case "id" -> id(known);
      case "href" -> known.startsWith("#") ? "#" + id(unescaped(known.substring(1))) : known;
      case "stroke-width" -> known.startsWith("-") ? INITIAL.get(name) : known;
      case "orient" -> known.equals("auto-start-reverse") ? "auto" : known;
      case "clip-path" -> {
        if (SHAPE.matcher(known).matches()) {
          refuse(property, value, "an element \"clipPath\"");
        }
        yield known;
      }
      default -> known;
    };
  }

  /// A name in ASCII: the renderer finds no other.
  static String id(String name) {
    return NO_NAME
        .matcher(name)
        .replaceAll(other -> "_u%x".formatted(other.group().codePointAt(0)));
  }

  private static String unescaped(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    try {
      return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) { // The character is meant.
      return name;
    }
  }

  private static String withReferences(String value, UnaryOperator<String> change) {
    return value.contains("url(")
        ? REFERENCE
            .matcher(value)
            .replaceAll(url -> Matcher.quoteReplacement("url(#" + change.apply(url.group(2)) + ")"))
        : value;
  }

  private static String withoutKeyword(String name, String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "initial" -> INITIAL.getOrDefault(name, value);
      case "unset", "revert", "revert-layer" ->
          !INITIAL.containsKey(name) || NOT_INHERITED.contains(name)
              ? INITIAL.getOrDefault(name, value)
              : "inherit";
      default -> value;
    };
  }

  private void refuse(String property, String value, String remedy) {
    paints.refuse(
        "the SVG has a style that is not supported: \"%s: %.100s\"; save it with %s"
            .formatted(property, value, remedy));
  }
}
