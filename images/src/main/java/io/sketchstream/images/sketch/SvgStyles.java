package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.parser.DomElement;
import com.github.weisj.jsvg.parser.css.StyleSheet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The style sheets of a drawing, with the selectors that drawing programs write; the library
/// supports only single names and silently ignores all others. Unsupported rules are refused,
/// because the search would otherwise see black shapes instead of lines.
final class SvgStyles {
  private static final Pattern MARKUP_COMMENT = Pattern.compile("<!--|-->");
  private static final Pattern IMPORTANT = Pattern.compile("(?i)\\s*!\\s*important\\s*$");

  /// Whether a condition holds for a drawing that is rendered on a light screen.
  private static final Pattern HOLDS =
      Pattern.compile(
          "(?i)@media\\s+((only\\s+)?(all|screen))?(\\s*and)?\\s*(\\(\\s*prefers-color-scheme\\s*:"
              + "\\s*light\\s*\\))?\\s*|@supports(?!\\s+not\\b).*|@layer.*");

  private static final Pattern HOLDS_NOT =
      Pattern.compile(
          "(?i)@media\\s+(only\\s+)?(print|speech)\\b[^,]*|@media[^,]*\\bdark\\s*\\)\\s*"
              + "|@supports\\s+not\\b.*"
              + "|@(-\\w+-)?(starting-style|font|keyframes|page|property|counter|namespace|charset).*");
  private static final Pattern PAINT = Pattern.compile("(?i)\\b(fill|stroke|color)\\s*:");
  private static final String MEDIA = "@media";

  /// What makes a difference to a drawing. An unsupported selector that sets nothing of this, such
  /// as for fonts, is left out.
  private static final Pattern SEEN =
      Pattern.compile(
          "(?i)(?<![\\w-])(fill|stroke|color|stop-color|opacity|display|visibility|transform"
              + "|clip|mask|marker|d|x|y|r|rx|ry|cx|cy|width|height)[\\w-]*\\s*:");

  /// A layer, or the order of some.
  private static final Pattern LAYERS = Pattern.compile("(?i)@layer\\b(.*)");

  private static final int NO_LAYER = Integer.MAX_VALUE;
  private static final int NESTING_MAX = 8;
  private static final int RULES_MAX = 5_000;

  private final List<Rule> rules = new ArrayList<>();

  /// By their first mention. What is in no layer counts more than what is.
  private final List<String> layers = new ArrayList<>();

  private int layer = NO_LAYER;
  private Optional<String> problem = Optional.empty();

  /// One selector with one declaration.
  private record Rule(SvgSelector selector, Declaration declaration, int layer) {}

  /// A property with its value.
  ///
  /// @param property in lower case, unless it is a variable
  record Declaration(String property, String value, boolean important) {}

  /// The declarations of a block, or of a `style` attribute.
  static List<Declaration> declarations(String block) {
    List<Declaration> declarations = new ArrayList<>();
    for (String text : CssText.split(CssText.withoutComments(block), ';')) {
      int colon = text.indexOf(':');
      String name = text.substring(0, Math.max(0, colon)).strip();
      String property = name.startsWith("--") ? name : name.toLowerCase(Locale.ROOT);
      if (!property.isEmpty() && !SvgProperties.isForPages(property)) {
        String value = text.substring(colon + 1).strip();
        String plain = IMPORTANT.matcher(value).replaceFirst("");
        declarations.add(new Declaration(property, plain, plain.length() < value.length()));
      }
    }
    return declarations;
  }

  /// For [com.github.weisj.jsvg.parser.LoaderContext]. The library would swallow an exception.
  StyleSheet parse(List<char[]> texts) {
    try {
      for (char[] text : texts) {
        rules(CssText.withoutComments(MARKUP_COMMENT.matcher(new String(text)).replaceAll(" ")));
      }
    } catch (UnsupportedStyleException e) {
      problem = Optional.of(e.getMessage());
    }
    rules.sort( // Stable: the last of equal specificity wins.
        Comparator.comparing(Rule::layer).thenComparing(rule -> rule.selector().specificity()));
    return (_, _) -> {}; // The cascade sets attributes in place of styles.
  }

  /// The declarations for an element, those that win last.
  List<Declaration> matching(DomElement element) {
    return rules.stream()
        .filter(rule -> rule.selector().matches(element))
        .map(Rule::declaration)
        .toList();
  }

  /// The first unsupported rule, once the document is loaded.
  Optional<String> problem() {
    return problem;
  }

  private void rules(String css) {
    int at = 0;
    while (at < css.length()) {
      int brace = css.indexOf('{', at);
      int semicolon = css.indexOf(';', at);
      String start = css.substring(at).stripLeading();
      if (start.startsWith("@") && semicolon >= 0 && (brace < 0 || semicolon < brace)) {
        layers(css.substring(at, semicolon).strip());
        at = semicolon + 1; // @charset, @import, @namespace: external resources are not fetched.
        continue;
      }
      if (brace < 0) {
        return;
      }
      String prelude = css.substring(at, brace).strip();
      int end = blockEnd(css, brace);
      String block = css.substring(brace + 1, end);
      if (!prelude.startsWith("@")) {
        rule(CssText.split(prelude, ','), block, 0);
      } else if (holds(prelude)) {
        int outer = layer;
        layer = layers(prelude);
        rules(block);
        layer = outer;
      } else if (!HOLDS_NOT.matcher(prelude).matches() && PAINT.matcher(block).find()) {
        throw new UnsupportedStyleException(
            "the style sheet of the SVG has a condition that is not supported: \"%.100s\""
                .formatted(prelude));
      }
      at = end + 1;
    }
  }

  /// Takes note of the layers that are named, which must be named in their order.
  ///
  /// @return the first of them, or the one that everything is in
  private int layers(String prelude) {
    Matcher names = LAYERS.matcher(prelude);
    if (!names.matches()) {
      return layer;
    }
    List<String> all = CssText.split(names.group(1), ',').stream().map(String::strip).toList();
    for (String name : all) {
      if (name.isEmpty() || !layers.contains(name)) {
        layers.add(name);
      }
    }
    return all.getFirst().isEmpty() ? layers.size() - 1 : layers.indexOf(all.getFirst());
  }

  /// Of several media, separated by commas, one is enough.
  private static boolean holds(String prelude) {
    boolean media = prelude.regionMatches(true, 0, MEDIA, 0, MEDIA.length());
    return media
        ? CssText.split(prelude.substring(MEDIA.length()), ',').stream()
            .anyMatch(each -> HOLDS.matcher(MEDIA + " " + each.strip()).matches())
        : HOLDS.matcher(prelude).matches();
  }

  private static int blockEnd(String css, int brace) {
    int depth = 0;
    for (int at = brace; at < css.length(); at++) {
      depth += css.charAt(at) == '{' ? 1 : css.charAt(at) == '}' ? -1 : 0;
      if (depth == 0) {
        return at;
      }
    }
    return css.length();
  }

  /// Rules within a rule are for what its selectors match: `&` stands for those.
  private void rule(List<String> selectors, String block, int depth) {
    if (depth > NESTING_MAX) {
      throw new UnsupportedStyleException("the style rules of the SVG are nested too deeply");
    }
    StringBuilder declarations = new StringBuilder();
    int at = 0;
    for (int brace = block.indexOf('{'); brace >= 0; brace = block.indexOf('{', at)) {
      int start = Math.max(at, block.lastIndexOf(';', brace) + 1);
      declarations.append(block, at, start);
      int end = blockEnd(block, brace);
      String inner = block.substring(brace + 1, end);
      String prelude = block.substring(start, brace).strip();
      if (!prelude.startsWith("@")) {
        rule(nested(selectors, prelude), inner, depth + 1);
      } else if (holds(prelude)) {
        rule(selectors, inner, depth + 1);
      }
      at = Math.min(end + 1, block.length());
    }
    declare(selectors, declarations.append(block, at, block.length()).toString());
  }

  private static List<String> nested(List<String> selectors, String inner) {
    List<String> nested = new ArrayList<>();
    for (String outer : selectors) {
      for (String selector : CssText.split(inner, ',')) {
        nested.add(
            selector.contains("&")
                ? selector.replace("&", outer.strip())
                : outer.strip() + " " + selector.strip());
      }
      if (nested.size() > RULES_MAX) {
        throw new UnsupportedStyleException("the SVG has more than " + RULES_MAX + " style rules");
      }
    }
    return nested;
  }

  private void declare(List<String> selectors, String block) {
    boolean seen = SEEN.matcher(block).find();
    for (String text : selectors) {
      SvgSelector selector;
      try {
        selector = SvgSelector.parse(text.strip());
      } catch (UnsupportedStyleException e) {
        if (seen) {
          throw e;
        }
        continue;
      }
      for (Declaration declaration : declarations(block)) {
        rules.add(new Rule(selector, declaration, layer));
      }
    }
    if (rules.size() > RULES_MAX) {
      throw new UnsupportedStyleException("the SVG has more than " + RULES_MAX + " style rules");
    }
  }
}
