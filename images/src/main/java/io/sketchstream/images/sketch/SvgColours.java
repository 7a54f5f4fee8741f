package io.sketchstream.images.sketch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Colour functions of [CSS Color 4](https://www.w3.org/TR/css-color-4/) in the one form that the
/// renderer knows, `rgb(0,0,0)` or `rgba(0,0,0,0.5)`. What sRGB can't show is clamped.
final class SvgColours {
  private static final Pattern FUNCTION =
      Pattern.compile("(?i)(?<![\\w-])(rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\\(([^()]*)\\)");
  private static final Pattern ARGUMENT =
      Pattern.compile(
          "(?i)([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?)(%|deg|grad|rad|turn)?|(none)");
  private static final int CHANNELS = 3;
  private static final double LIGHT = 255;

  private static final double[][] P3_TO_SRGB = {
    {1.2249, -.2249, 0}, {-.0420, 1.0420, 0}, {-.0197, -.0786, 1.0983}
  };
  private static final double[][] XYZ_D50_TO_SRGB = {
    {3.1339, -1.6169, -.4906}, {-.9788, 1.9161, .0335}, {.0719, -.2290, 1.4052}
  };
  private static final double[][] OKLAB_TO_LMS = {
    {1, .3963, .2158}, {1, -.1056, -.0639}, {1, -.0895, -1.2915}
  };
  private static final double[][] LMS_TO_SRGB = {
    {4.0767, -3.3077, .2310}, {-1.2684, 2.6098, -.3413}, {-.0042, -.7034, 1.7076}
  };

  private SvgColours() {}

  /// A number with its unit; `none` is 0.
  private record Argument(double value, String unit) {
    /// @param whole what 100% is
    double of(double whole) {
      return unit.equals("%") ? value / 100 * whole : value;
    }

    double turns() {
      double turns =
          value
              / switch (unit) {
                case "turn" -> 1;
                case "grad" -> 400;
                case "rad" -> 2 * Math.PI;
                default -> 360;
              };
      return turns - Math.floor(turns);
    }
  }

  /// The value with each function that is known in the usual form.
  static String usual(String value) {
    return FUNCTION
        .matcher(value)
        .replaceAll(function -> Matcher.quoteReplacement(usual(function).orElse(function.group())));
  }

  private static Optional<String> usual(MatchResult function) {
    String name = function.group(1).toLowerCase(Locale.ROOT);
    String text = function.group(2).strip();
    if (name.equals("color")) {
      String[] parts = text.split("\\s+", 2);
      name = parts[0].toLowerCase(Locale.ROOT);
      text = parts[parts.length - 1];
    }
    List<Argument> arguments = arguments(text);
    if (arguments.size() < CHANNELS || arguments.size() > CHANNELS + 1) {
      return Optional.empty();
    }
    double[] rgb = rgb(name, arguments.get(0), arguments.get(1), arguments.get(2));
    if (rgb.length == 0) {
      return Optional.empty();
    }
    StringBuilder usual = new StringBuilder();
    for (double channel : rgb) {
      usual.append(Math.round(Math.clamp(channel, 0, 1) * LIGHT)).append(',');
    }
    return Optional.of(
        arguments.size() > CHANNELS
            ? "rgba(" + usual + Math.clamp(arguments.get(CHANNELS).of(1), 0, 1) + ")"
            : "rgb(" + usual.substring(0, usual.length() - 1) + ")");
  }

  /// Empty where something else stands between them than separators.
  private static List<Argument> arguments(String text) {
    List<Argument> arguments = new ArrayList<>();
    for (String part : text.replace('/', ' ').replace(',', ' ').strip().split("\\s+")) {
      Matcher argument = ARGUMENT.matcher(part);
      if (!argument.matches()) {
        return List.of();
      }
      String unit = argument.group(2) == null ? "" : argument.group(2).toLowerCase(Locale.ROOT);
      double value = argument.group(3) == null ? Double.parseDouble(argument.group(1)) : 0;
      arguments.add(new Argument(value, unit));
    }
    return arguments;
  }

  /// Red, green and blue, 0 to 1; empty for an unknown colour space.
  private static double[] rgb(String space, Argument a, Argument b, Argument c) {
    return switch (space) {
      case "rgb" -> new double[] {a.of(LIGHT) / LIGHT, b.of(LIGHT) / LIGHT, c.of(LIGHT) / LIGHT};
      case "hsl" -> hsl(a.turns(), b.value() / 100, c.value() / 100);
      case "hwb" -> hwb(a.turns(), b.value() / 100, c.value() / 100);
      case "srgb" -> new double[] {a.of(1), b.of(1), c.of(1)};
      case "srgb-linear" -> encoded(new double[] {a.of(1), b.of(1), c.of(1)});
      case "display-p3" ->
          encoded(
              times(P3_TO_SRGB, new double[] {linear(a.of(1)), linear(b.of(1)), linear(c.of(1))}));
      case "lab" -> lab(a.of(100), b.of(125), c.of(125));
      case "lch" -> lab(a.of(100), b.of(150) * cosine(c), b.of(150) * sine(c));
      case "oklab" -> oklab(a.of(1), b.of(.4), c.of(.4));
      case "oklch" -> oklab(a.of(1), b.of(.4) * cosine(c), b.of(.4) * sine(c));
      default -> new double[0];
    };
  }

  private static double cosine(Argument hue) {
    return Math.cos(2 * Math.PI * hue.turns());
  }

  private static double sine(Argument hue) {
    return Math.sin(2 * Math.PI * hue.turns());
  }

  private static double[] hsl(double turns, double ofSaturation, double ofLightness) {
    double saturation = Math.clamp(ofSaturation, 0, 1);
    double lightness = Math.clamp(ofLightness, 0, 1);
    double chroma = saturation * Math.min(lightness, 1 - lightness);
    double[] rgb = new double[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
      double k = (12 - 4 * i + 12 * turns) % 12; // 0, 8 and 4 twelfths of a turn.
      rgb[i] = lightness - chroma * Math.max(-1, Math.min(Math.min(k - 3, 9 - k), 1));
    }
    return rgb;
  }

  private static double[] hwb(double turns, double white, double black) {
    double[] rgb = hsl(turns, 1, .5);
    double sum = Math.max(1, white + black);
    for (int i = 0; i < CHANNELS; i++) {
      rgb[i] = rgb[i] * (1 - (white + black) / sum) + white / sum;
    }
    return rgb;
  }

  private static double[] lab(double lightness, double a, double b) {
    double y = (lightness + 16) / 116;
    double[] xyz = {.9643 * ofLab(y + a / 500), ofLab(y), .8251 * ofLab(y - b / 200)};
    return encoded(times(XYZ_D50_TO_SRGB, xyz));
  }

  private static double ofLab(double value) {
    return value > 6.0 / 29 ? value * value * value : (116 * value - 16) * 27 / 24389;
  }

  private static double[] oklab(double lightness, double a, double b) {
    double[] lms = times(OKLAB_TO_LMS, new double[] {lightness, a, b});
    for (int i = 0; i < CHANNELS; i++) {
      lms[i] = lms[i] * lms[i] * lms[i];
    }
    return encoded(times(LMS_TO_SRGB, lms));
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
      for (int j = 0; j < CHANNELS; j++) {
        product[i] += matrix[i][j] * vector[j];
      }
    }
    return product;
  }

  private static double linear(double x) {
    return x <= .04045 ? x / 12.92 : Math.pow((x + .055) / 1.055, 2.4);
  }

  private static double[] encoded(double[] rgb) {
    for (int i = 0; i < CHANNELS; i++) {
      double x = rgb[i];
      rgb[i] = x <= .0031308 ? 12.92 * x : 1.055 * Math.pow(x, 1 / 2.4) - .055;
    }
    return rgb;
  }
}
