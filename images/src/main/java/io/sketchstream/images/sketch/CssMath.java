package io.sketchstream.images.sketch;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Computes numbers of [CSS Values 4](https://www.w3.org/TR/css-values-4/#math): a number with a
/// unit, or `calc()`, `min()`, `max()` and `clamp()` of such.
final class CssMath {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?");
  private static final Pattern WORD = Pattern.compile("[A-Za-z]+|%");
  private static final Pattern FUNCTION = Pattern.compile("(?i)\\b(calc|min|max|clamp)\\(");
  private static final int DEPTH_MAX = 32;

  private final String text;
  private final ToDoubleFunction<String> units;
  private int at;
  private int depth;

  private CssMath(String text, ToDoubleFunction<String> units) {
    this.text = text;
    this.units = units;
  }

  static boolean isIn(String value) {
    return value.indexOf('(') >= 0 && FUNCTION.matcher(value).find();
  }

  /// The value of an expression.
  ///
  /// @param units what one of a unit is, by its name in lower case, empty for a plain number; NaN
  ///   for an unknown one
  /// @return empty when it is no expression, or has an unknown unit
  static OptionalDouble of(String expression, ToDoubleFunction<String> units) {
    CssMath math = new CssMath(expression.strip(), units);
    double value = math.isAtEnd() ? Double.NaN : math.value();
    return math.isAtEnd() && Double.isFinite(value)
        ? OptionalDouble.of(value)
        : OptionalDouble.empty();
  }

  private double sum() {
    double sum = product();
    for (blanks(); at < text.length(); blanks()) {
      if (take('+')) {
        sum += product();
      } else if (take('-')) {
        sum -= product();
      } else {
        break;
      }
    }
    return sum;
  }

  private double product() {
    double product = value();
    for (blanks(); at < text.length(); blanks()) {
      if (take('*')) {
        product *= value();
      } else if (take('/')) {
        product /= value();
      } else {
        break;
      }
    }
    return product;
  }

  /// NaN where there is none; what depends on it is not finite either.
  private double value() {
    blanks();
    if (take('(')) {
      return inBrackets();
    }
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    boolean plain = number.lookingAt();
    at = plain ? number.end() : at;
    String word = word();
    if (plain) {
      return Double.parseDouble(number.group()) * units.applyAsDouble(word);
    }
    return take('(') ? function(word) : Double.NaN;
  }

  private double function(String name) {
    return switch (name) {
      case "calc" -> inBrackets();
      case "min" -> folded(Math::min);
      case "max" -> folded(Math::max);
      case "clamp" -> {
        double least = argument();
        double value = argument();
        double most = inBrackets();
        yield Math.max(least, Math.min(value, most));
      }
      default -> Double.NaN;
    };
  }

  private double folded(DoubleBinaryOperator operator) {
    double value = nested();
    for (blanks(); take(','); blanks()) {
      value = operator.applyAsDouble(value, nested());
    }
    return take(')') ? value : Double.NaN;
  }

  private double argument() {
    double value = nested();
    blanks();
    return take(',') ? value : Double.NaN;
  }

  private double inBrackets() {
    double value = nested();
    blanks();
    return take(')') ? value : Double.NaN;
  }

  private double nested() {
    if (++depth > DEPTH_MAX) {
      at = text.length();
      return Double.NaN;
    }
    double value = sum();
    depth--;
    return value;
  }

  private String word() {
    Matcher word = WORD.matcher(text).region(at, text.length());
    if (!word.lookingAt()) {
      return "";
    }
    at = word.end();
    return word.group().toLowerCase(Locale.ROOT);
  }

  private boolean take(char c) {
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean isAtEnd() {
    return at == text.length();
  }
}
