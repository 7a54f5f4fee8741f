package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.paint.impl.DefaultPaintParser;
import com.github.weisj.jsvg.parser.PaintParser;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The paints of a drawing, as the renderer understands them: colour functions get their usual form
/// ([SvgColours]), of two colours for light and dark the one for light counts, and a paint that is
/// missing is replaced as viewers do. The renderer takes what it does not know for black.
final class SvgPaints {
  private static final Pattern FUNCTION = Pattern.compile("(?i)([a-z][a-z-]*)\\(");

  /// A paint of the drawing, and the colour in its place where it is missing.
  private static final Pattern REFERENCE =
      Pattern.compile("(?i)url\\(\\s*[\"']?#([^\"')]*?)[\"']?\\s*\\)\\s*(.*)");

  private static final Pattern USUAL = Pattern.compile("rgba?\\([0-9.,E-]+\\)");

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
  private static final PaintParser COLOURS = new DefaultPaintParser();
  private static final Set<String> KEYWORDS =
      Set.of("none", "inherit", "currentcolor", "context-fill", "context-stroke", "transparent");
  private static final Pattern HEX =
      Pattern.compile("#(?:\\p{XDigit}{3,4}|(?:\\p{XDigit}{2}){3,4})");

  private final String svg;

  /// @param svg the whole text, with the paints that are referred to
  SvgPaints(String svg) {
    this.svg = svg;
  }

  /// The value of a paint as the renderer understands it.
  String known(String value) {
    if (value.indexOf('(') < 0) {
      String keyword = value.toLowerCase(Locale.ROOT);
      return SYSTEM.getOrDefault(keyword, keyword);
    }
    String plain = ICC_COLOUR.matcher(lightOne(value)).replaceAll("");
    return withoutMissing(SvgColours.usual(plain));
  }

  /// Whether the renderer knows all functions in the value.
  static boolean isKnown(String value) {
    if (value.indexOf('(') < 0) {
      return true;
    }
    Matcher function = FUNCTION.matcher(USUAL.matcher(value).replaceAll(""));
    return function.results().allMatch(each -> each.group(1).equalsIgnoreCase("url"));
  }

  /// Whether it is a colour for viewers, too: the renderer makes a black one of what is none.
  static boolean isValid(String value) {
    return value.startsWith("#")
        ? HEX.matcher(value).matches()
        : KEYWORDS.contains(value) || value.indexOf('(') >= 0 || COLOURS.parseColor(value) != null;
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
      return value
          .strip()
          .substring(0, value.strip().indexOf(')') + 1); // Its fallback is for others.
    }
    return reference.group(2).isEmpty() ? "none" : reference.group(2);
  }
}
