package io.sketchstream.images.sketch;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The variables of the style sheets and styles of a drawing
/// ([CSS](https://www.w3.org/TR/css-variables-1/)).
final class SvgVariables {
  private static final Pattern DECLARATION = Pattern.compile("(--[\\w-]+)\\s*:\\s*([^;{}\"'<>]+)");
  private static final Pattern USE =
      Pattern.compile("(?i:var)\\(\\s*(--[\\w-]+)\\s*(?:,([^()]*(?:\\([^()]*\\)[^()]*)*))?\\)");

  /// What stands in a style sheet for screens with a dark background.
  private static final Pattern DARK =
      Pattern.compile("@media[^{}]*\\bdark\\s*\\)\\s*\\{(?:[^{}]*+\\{[^{}]*+\\})*+[^{}]*+\\}");

  private static final Pattern ANY_USE = Pattern.compile("(?i)\\bvar\\(");
  private static final int REPLACED_MAX = 20;
  private static final int LENGTH_MAX = 10_000;

  /// Of the whole drawing; empty where it depends on the place which value counts.
  private final Map<String, String> all = new HashMap<>();

  /// @param svg the whole text, in which the variables are declared
  SvgVariables(String svg) {
    boolean used = ANY_USE.matcher(svg).find();
    Matcher declaration = DECLARATION.matcher(used ? DARK.matcher(svg).replaceAll(" ") : "");
    while (declaration.find()) {
      String value = declaration.group(2).strip();
      all.merge(declaration.group(1), value, (a, b) -> a.equals(b) ? a : "");
    }
  }

  /// The value with those of its variables that are known.
  ///
  /// @param here variables that are declared for the element, or one that it is in; those of other
  ///   elements count where there is one value, since a `use` may bring them
  String replaced(String value, Map<String, String> here) {
    String replaced = value;
    for (int i = 0; i < REPLACED_MAX && replaced.length() < LENGTH_MAX; i++) {
      Matcher use = USE.matcher(replaced);
      if (!use.find()) {
        break;
      }
      String name = use.group(1);
      String found = here.getOrDefault(name, all.getOrDefault(name, ""));
      if (found.isEmpty() && use.group(2) != null && !all.containsKey(name)) {
        found = use.group(2).strip();
      }
      if (found.isEmpty()) {
        break;
      }
      replaced = replaced.substring(0, use.start()) + found + replaced.substring(use.end());
    }
    return replaced;
  }
}
