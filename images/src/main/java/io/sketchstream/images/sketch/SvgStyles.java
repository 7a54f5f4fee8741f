package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.parser.css.StyleProperty;
import com.github.weisj.jsvg.parser.css.StyleSheet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The style sheets of a drawing, with the selectors that drawing programs write; the library
/// supports only single names and silently ignores all others. Unsupported rules are refused,
/// because the search would otherwise see black shapes instead of lines.
final class SvgStyles {
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|<!--|-->");
  private static final Pattern IMPORTANT = Pattern.compile("(?i)\\s*!\\s*important\\s*$");
  private static final Pattern SCREEN =
      Pattern.compile("(?i)@media\\s+(all|screen|only screen)\\s*");
  private static final int RULES_MAX = 5_000;

  private final List<Rule> rules = new ArrayList<>();
  private Optional<String> problem = Optional.empty();

  /// One selector with one declaration.
  private record Rule(SvgSelector selector, StyleProperty property, boolean important) {}

  /// For [com.github.weisj.jsvg.parser.LoaderContext]. The library would swallow an exception.
  StyleSheet parse(List<char[]> texts) {
    try {
      for (char[] text : texts) {
        rules(COMMENT.matcher(new String(text)).replaceAll(" "));
      }
    } catch (UnsupportedStyleException e) {
      problem = Optional.of(e.getMessage());
    }
    rules.sort( // Stable: the last of equal specificity wins.
        Comparator.comparing(Rule::important).thenComparing(rule -> rule.selector().specificity()));
    return (element, consumer) -> {
      Map<String, StyleProperty> winners = new LinkedHashMap<>();
      for (Rule rule : rules) {
        if (rule.selector().matches(element)) {
          winners.put(rule.property().name(), rule.property());
        }
      }
      winners.values().forEach(consumer::applyRule);
    };
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
        at = semicolon + 1; // @charset, @import, @namespace: external resources are not fetched.
        continue;
      }
      if (brace < 0) {
        return;
      }
      String prelude = css.substring(at, brace).strip();
      int end = blockEnd(css, brace);
      String block = css.substring(brace + 1, end);
      if (SCREEN.matcher(prelude).matches()) {
        rules(block);
      } else if (!prelude.startsWith("@")) { // Fonts, printing, animation: not needed.
        rule(prelude, block);
      }
      at = end + 1;
    }
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

  private void rule(String selectors, String block) {
    for (String text : selectors.split(",")) {
      SvgSelector selector = SvgSelector.parse(text.strip());
      for (String declaration : block.split(";")) {
        int colon = declaration.indexOf(':');
        if (colon < 0) {
          continue;
        }
        String value = declaration.substring(colon + 1).strip();
        Matcher important = IMPORTANT.matcher(value);
        boolean isImportant = important.find();
        rules.add(
            new Rule(
                selector,
                new StyleProperty(
                    declaration.substring(0, colon).strip(),
                    isImportant ? value.substring(0, important.start()) : value),
                isImportant));
      }
    }
    if (rules.size() > RULES_MAX) {
      throw new UnsupportedStyleException("the SVG has more than " + RULES_MAX + " style rules");
    }
  }
}
