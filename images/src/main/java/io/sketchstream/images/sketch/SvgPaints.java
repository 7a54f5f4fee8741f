package io.sketchstream.images.sketch;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The colours of a drawing, as the renderer understands them: variables are replaced, colour
/// functions get their usual form ([SvgColours]), of two colours for light and dark the one for
/// light counts, and a paint that is missing is replaced as viewers do. The renderer takes what it
/// does not know for black, so a drawing whose fills or strokes are of another kind is refused.
final class SvgPaints {
  private static final Set<String> PROPERTIES = Set.of("fill", "stroke", "color", "stop-color");
  private static final Pattern VARIABLE = Pattern.compile("(--[\\w-]+)\\s*:\\s*([^;{}\"'<>]+)");
  private static final Pattern USE =
      Pattern.compile("var\\(\\s*(--[\\w-]+)\\s*(?:,([^()]*(?:\\([^()]*\\)[^()]*)*))?\\)");
  private static final Pattern FUNCTION = Pattern.compile("(?i)([a-z][a-z-]*)\\(");

  /// A paint of the drawing, and the colour in its place where it is missing.
  private static final Pattern REFERENCE =
      Pattern.compile("(?i)url\\(\\s*[\"']?#([^\"')]*?)[\"']?\\s*\\)\\s*(.*)");

  private static final Pattern USUAL = Pattern.compile("rgba?\\([0-9.,E-]+\\)");

  /// What stands in a style sheet for screens with a dark background.
  private static final Pattern DARK =
      Pattern.compile("@media[^{}]*\\bdark\\s*\\)\\s*\\{(?:[^{}]*+\\{[^{}]*+\\})*+[^{}]*+\\}");

  private static final Pattern LIGHT_DARK = Pattern.compile("(?i)light-dark\\(");

  /// Colours of the system, as on light paper, and the only name that the renderer lacks.
  private static final Map<String, String> SYSTEM =
      Map.ofEntries(
          Map.entry("canvastext", "black"),
          Map.entry("windowtext", "black"),
          Map.entry("buttontext", "black"),
          Map.entry("fieldtext", "black"),
          Map.entry("infotext", "black"),
          Map.entry("menutext", "black"),
          Map.entry("captiontext", "black"),
          Map.entry("graytext", "gray"),
          Map.entry("linktext", "#0000ee"),
          Map.entry("visitedtext", "#551a8b"),
          Map.entry("field", "white"),
          Map.entry("canvas", "white"),
          Map.entry("window", "white"),
          Map.entry("rebeccapurple", "#663399"));

  private static final Pattern ICC_COLOUR = Pattern.compile("(?i)\\s*icc-color\\([^)]*\\)");
  private static final int REPLACED_MAX = 20;
  private static final int SHOWN_LENGTH_MAX = 100;

  private final Map<String, String> variables = new HashMap<>();
  private final String svg;
  private Optional<String> problem = Optional.empty();

  /// @param svg the whole text, in which the variables are declared
  SvgPaints(String svg) {
    this.svg = svg;
    Matcher variable =
        VARIABLE.matcher(svg.contains("var(") ? DARK.matcher(svg).replaceAll(" ") : "");
    while (variable.find()) {
      String value = variable.group(2).strip();
      // Of two values it would depend on the place which one counts.
      variables.merge(variable.group(1), value, (a, b) -> a.equals(b) ? a : "");
    }
  }

  /// What is not supported, after the document was loaded.
  Optional<String> problem() {
    return problem;
  }

  void refuse(String reason) {
    problem = problem.or(() -> Optional.of(reason));
  }

  /// The value of a property as the renderer understands it.
  String known(String property, String value) {
    boolean paint = PROPERTIES.contains(property.strip().toLowerCase(Locale.ROOT));
    if (value.indexOf('(') < 0) {
      String keyword = value.strip().toLowerCase(Locale.ROOT);
      return paint ? SYSTEM.getOrDefault(keyword, keyword) : value;
    }
    String replaced = withoutVariables(value);
    if (!paint) {
      return replaced;
    }
    String plain = ICC_COLOUR.matcher(lightOne(replaced)).replaceAll("");
    String known = withoutMissing(SvgColours.usual(plain));
    Matcher function = FUNCTION.matcher(USUAL.matcher(known).replaceAll(""));
    while (function.find()) {
      if (!function.group(1).equalsIgnoreCase("url")) {
        refuse(
            "the SVG has a colour that is not supported: \"%s: %s\"; save it with colours such as"
                    .formatted(property, shortened(value))
                + " #808080");
      }
    }
    return known;
  }

  private String withoutVariables(String value) {
    String replaced = value;
    for (int i = 0; i < REPLACED_MAX && replaced.contains("var("); i++) {
      Matcher use = USE.matcher(replaced);
      if (!use.find()) {
        break;
      }
      String found = variables.getOrDefault(use.group(1), "");
      if (found.isEmpty() && use.group(2) != null && !variables.containsKey(use.group(1))) {
        found = use.group(2).strip();
      }
      if (found.isEmpty()) {
        break;
      }
      replaced = replaced.substring(0, use.start()) + found + replaced.substring(use.end());
    }
    return replaced;
  }

  private static String lightOne(String value) {
    String replaced = value;
    Matcher both = LIGHT_DARK.matcher(replaced);
    for (int i = 0; i < REPLACED_MAX && both.find(); i++) {
      List<String> rest = CssText.split(replaced.substring(both.end()), ')');
      List<String> colours = CssText.split(rest.getFirst(), ',');
      replaced =
          replaced.substring(0, both.start())
              + colours.getFirst().strip()
              + String.join(")", rest.subList(1, rest.size()));
      both = LIGHT_DARK.matcher(replaced);
    }
    return replaced;
  }

  /// The renderer takes a missing paint for black, viewers for its fallback or none.
  private String withoutMissing(String value) {
    Matcher reference = REFERENCE.matcher(value.strip());
    if (!reference.matches()) {
      return value;
    }
    String id = reference.group(1);
    boolean present = svg.contains('"' + id + '"') || svg.contains("'" + id + "'");
    if (present) {
      return value;
    }
    return reference.group(2).isEmpty() ? "none" : reference.group(2);
  }

  private static String shortened(String value) {
    return value.length() > SHOWN_LENGTH_MAX ? value.substring(0, SHOWN_LENGTH_MAX) + "…" : value;
  }
}
