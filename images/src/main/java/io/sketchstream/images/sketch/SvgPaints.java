package io.sketchstream.images.sketch;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The colours of a drawing, as the renderer understands them: variables are replaced, `hsl()` and
/// the newer forms of `rgb()` become its usual one. The renderer takes what it does not know for
/// black, so a drawing whose fills or strokes are of another kind is refused.
final class SvgPaints {
  private static final Set<String> PROPERTIES = Set.of("fill", "stroke", "color", "stop-color");
  private static final Pattern VARIABLE = Pattern.compile("(--[\\w-]+)\\s*:\\s*([^;{}\"'<>]+)");
  private static final Pattern USE =
      Pattern.compile("var\\(\\s*(--[\\w-]+)\\s*(?:,([^()]*(?:\\([^()]*\\)[^()]*)*))?\\)");
  private static final Pattern FUNCTION = Pattern.compile("(?i)([a-z][a-z-]*)\\(");
  private static final String NUMBER = "\\s*(-?(?:\\d+\\.?\\d*|\\.\\d+))";

  /// `rgb()` and `hsl()`, with blanks or commas, in numbers or shares.
  private static final Pattern COLOUR =
      Pattern.compile(
          ("(?i)(rgb|hsl)a?\\(N(deg|grad|rad|turn|%)?\\s*[,\\s]N(%?)\\s*[,\\s]N(%?)"
                  + "\\s*(?:[,/]N(%?)\\s*)?\\)")
              .replace("N", NUMBER));

  private static final Pattern ICC_COLOUR = Pattern.compile("(?i)\\s*icc-color\\([^)]*\\)");
  private static final int REPLACED_MAX = 20;
  private static final int SHOWN_LENGTH_MAX = 100;

  private final Map<String, String> variables = new HashMap<>();
  private Optional<String> problem = Optional.empty();

  /// @param svg the whole text, in which the variables are declared
  SvgPaints(String svg) {
    Matcher variable = VARIABLE.matcher(svg.contains("var(") ? svg : "");
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
    if (value.indexOf('(') < 0) {
      return value;
    }
    boolean paint = PROPERTIES.contains(property.strip().toLowerCase(Locale.ROOT));
    String replaced = withoutVariables(value);
    if (!paint) {
      return replaced;
    }
    String plain = ICC_COLOUR.matcher(replaced).replaceAll("");
    String known = COLOUR.matcher(plain).replaceAll(SvgPaints::rgb);
    Matcher function = FUNCTION.matcher(COLOUR.matcher(known).replaceAll(""));
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

  private static String rgb(MatchResult colour) {
    boolean hsl = colour.group(1).equalsIgnoreCase("hsl");
    long[] channels = hsl ? ofHsl(colour) : ofRgb(colour);
    String rgb = channels[0] + "," + channels[1] + "," + channels[2];
    if (colour.group(8) == null) {
      return "rgb(" + rgb + ")";
    }
    double alpha = Double.parseDouble(colour.group(8)) / (colour.group(9).isEmpty() ? 1 : 100);
    return "rgba(" + rgb + "," + Math.clamp(alpha, 0, 1) + ")";
  }

  private static long[] ofRgb(MatchResult colour) {
    long[] channels = new long[3];
    for (int i = 0; i < 3; i++) {
      boolean share = "%".equals(colour.group(3 + 2 * i));
      double value = Double.parseDouble(colour.group(2 + 2 * i)) * (share ? 2.55 : 1);
      channels[i] = Math.round(Math.clamp(value, 0, 255));
    }
    return channels;
  }

  /// [CSS Color 4](https://www.w3.org/TR/css-color-4/#hsl-to-rgb).
  private static long[] ofHsl(MatchResult colour) {
    String unit = colour.group(3) == null ? "deg" : colour.group(3).toLowerCase(Locale.ROOT);
    double turns =
        Double.parseDouble(colour.group(2))
            / switch (unit) {
              case "turn" -> 1;
              case "grad" -> 400;
              case "rad" -> 2 * Math.PI;
              default -> 360;
            };
    double hue = 12 * (turns - Math.floor(turns));
    double saturation = Math.clamp(Double.parseDouble(colour.group(4)) / 100, 0, 1);
    double lightness = Math.clamp(Double.parseDouble(colour.group(6)) / 100, 0, 1);
    double chroma = saturation * Math.min(lightness, 1 - lightness);
    long[] channels = new long[3];
    for (int i = 0; i < 3; i++) {
      double k = (12 - 4 * i + hue) % 12; // 0, 8 and 4 twelfths of a turn.
      double light = lightness - chroma * Math.max(-1, Math.min(Math.min(k - 3, 9 - k), 1));
      channels[i] = Math.round(255 * light);
    }
    return channels;
  }

  private static String shortened(String value) {
    return value.length() > SHOWN_LENGTH_MAX ? value.substring(0, SHOWN_LENGTH_MAX) + "…" : value;
  }
}
