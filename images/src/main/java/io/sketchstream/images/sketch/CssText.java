package io.sketchstream.images.sketch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Divides the text of style sheets.
final class CssText {
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:([0-9a-fA-F]{1,6})\\s?|(.))");

  private CssText() {}

  static String withoutComments(String css) {
    return css.contains("/*") ? COMMENT.matcher(css).replaceAll(" ") : css;
  }

  /// The parts between separators that stand outside of quotes, brackets and parentheses.
  static List<String> split(String css, char separator) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    char quote = 0;
    for (int at = 0; at < css.length(); at++) {
      char c = css.charAt(at);
      if (c == '\\') {
        at++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '(' || c == '[') {
        depth++;
      } else if (c == ')' || c == ']') {
        depth--;
      } else if (c == separator && depth <= 0) {
        parts.add(css.substring(from, at));
        from = at + 1;
      }
    }
    parts.add(css.substring(from));
    return parts;
  }

  /// A name without its escapes, such as `\31 a` for `1a`.
  static String name(String escaped) {
    return escaped.indexOf('\\') < 0
        ? escaped
        : ESCAPE
            .matcher(escaped)
            .replaceAll(escape ->
                Matcher.quoteReplacement(
                    escape.group(1) == null
                        ? escape.group(2)
                        : character(Integer.parseInt(escape.group(1), 16))));
  }

  private static String character(int codePoint) {
    return Character.isValidCodePoint(codePoint) ? Character.toString(codePoint) : "\ufffd";
  }
}
