package io.sketchstream.images.sketch;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The values of properties as the renderer understands them: variables are replaced
/// ([SvgVariables]), paints ([SvgPaints]), lengths ([SvgLengths]) and transforms ([CssTransform])
/// get their usual form. What it would silently ignore, and what makes another drawing, is refused.
final class SvgValues {
  /// A shape of CSS in place of a clip path of the drawing.
  private static final Pattern SHAPE =
      Pattern.compile("(?i).*\\b(inset|circle|ellipse|polygon|path|rect|xywh|shape)\\(.*");

  /// As browsers write a reference; the renderer knows it without quotes.
  private static final Pattern REFERENCE =
      Pattern.compile("url\\(\\s*([\"']?)#([^\"')]*)\\1\\s*\\)");

  private static final Pattern NO_NAME = Pattern.compile("(?s)[^\\w.:-]");

  /// Keywords with another name for the same.
  private static final Map<String, String> KNOWN_AS =
      Map.of("content-box", "fill-box", "border-box", "stroke-box");

  private final SvgVariables variables;
  private final SvgPaints paints;
  private Optional<String> problem = Optional.empty();

  /// @param svg the whole text
  SvgValues(String svg) {
    variables = new SvgVariables(svg);
    paints = new SvgPaints(svg);
  }

  /// What is not supported, after the document was loaded.
  Optional<String> problem() {
    return problem;
  }

  /// The value of a property.
  ///
  /// @param property in lower case
  /// @param scope of the element
  /// @return empty when it is not valid, so that it does not count
  Optional<String> known(String property, String value, SvgScope scope) {
    String plain = withoutKeyword(property, variables.replaced(value.strip(), scope.variables()));
    if (SvgProperties.PAINTS.contains(property)) {
      // A paint that is missing is looked for by its name as it stands in the file.
      String paint = paints.known(withReferences(plain, SvgValues::unescaped));
      if (!SvgPaints.isKnown(paint)) {
        refuse("colour", property, value, "colours such as #808080");
      }
      return Optional.of(withReferences(paint, SvgValues::id)).filter(SvgPaints::isValid);
    }
    if (SvgProperties.KEYWORDS.contains(property)) {
      return Optional.of(KNOWN_AS.getOrDefault(keyword(plain), keyword(plain)));
    }
    if (SvgProperties.LENGTHS.contains(property)) {
      return length(property, plain, scope.lengths());
    }
    return switch (property) {
      case "d" -> SvgPathData.known(plain);
      case "transform" -> {
        String transform = CssTransform.usual(plain);
        if (!CssTransform.isKnown(transform)) {
          refuse("style", property, value, "an attribute \"transform\"");
        }
        yield Optional.of(transform);
      }
      case "offset-path" -> {
        if (!keyword(plain).equals("none")) {
          refuse("style", property, value, "an attribute \"transform\"");
        }
        yield Optional.empty();
      }
      case "transform-origin" -> Optional.of(CssTransform.origin(plain, scope.lengths()));
      case "clip-path" -> {
        if (SHAPE.matcher(plain).matches()) {
          refuse("style", property, value, "an element \"clipPath\"");
        }
        yield Optional.of(reference(plain));
      }
      default -> Optional.of(reference(plain));
    };
  }

  private Optional<String> length(String property, String value, SvgLengths lengths) {
    String known = lengths.known(property, value);
    if (CssMath.isIn(known)) {
      refuse("length", property, value, "lengths such as 8 or 10%");
    }
    boolean valid = !property.equals("stroke-width") || !known.startsWith("-");
    return valid && !known.equalsIgnoreCase("auto") ? Optional.of(known) : Optional.empty();
  }

  /// A name in ASCII: the renderer finds no other.
  static String id(String name) {
    return NO_NAME
        .matcher(name)
        .replaceAll(other -> "_u%x".formatted(other.group().codePointAt(0)));
  }

  /// The reference of a `use` and the like.
  static String href(String value) {
    return value.startsWith("#") ? "#" + id(unescaped(value.substring(1))) : value;
  }

  private static String reference(String value) {
    return withReferences(value, name -> id(unescaped(name)));
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

  private static String keyword(String value) {
    return value.toLowerCase(Locale.ROOT);
  }

  private static String withoutKeyword(String property, String value) {
    return switch (keyword(value)) {
      case "initial" -> SvgProperties.initial(property).orElse(value);
      case "unset", "revert", "revert-layer" ->
          SvgProperties.isInherited(property)
              ? "inherit"
              : SvgProperties.initial(property).orElse(value);
      default -> value;
    };
  }

  private void refuse(String what, String property, String value, String remedy) {
    problem =
        problem.or(() ->
            Optional.of(
                "the SVG has a %s that is not supported: \"%s: %.100s\"; save it with %s"
                    .formatted(what, property, value, remedy)));
  }
}
