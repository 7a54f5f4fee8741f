package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.parser.DomElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A selector of a style sheet ([Selectors 4](https://www.w3.org/TR/selectors-4/)): names, classes,
/// ids, attributes and places among siblings, alone or combined, with descendant, child and sibling
/// combinators. Namespaces are ignored.
final class SvgSelector {
  private static final String NAME =
      "-{0,2}(?:[_a-zA-Z\\x{80}-\\x{10ffff}]|\\\\[0-9a-fA-F]{1,6}\\s?|\\\\.)"
          + "(?:[\\w\\x{80}-\\x{10ffff}-]|\\\\[0-9a-fA-F]{1,6}\\s?|\\\\.)*+";
  private static final Pattern TOKEN =
      Pattern.compile(
          ("\\s*([>+~])\\s*|(\\s+)|(?:[\\w-]*\\|(?!=)|\\*\\|)?([.#]?)(NAME|\\*)"
                  + "|\\[\\s*([\\w:-]+)\\s*(?:([~^$*|]?=)\\s*"
                  + "(?:\"([^\"]*)\"|'([^']*)'|([^\"'\\]\\s]*))\\s*([iIsS])?\\s*)?\\]"
                  + "|(::?[\\w-]+)(?:\\(((?:[^()]|\\([^()]*\\))*+)\\))?")
              .replace("NAME", NAME));
  private static final int IDS = 10_000;
  private static final int CLASSES = 100;

  /// From left to right; each has the combinator that stands before it.
  private final List<Compound> compounds = new ArrayList<>();

  private int specificity;
  private boolean never;

  /// The conditions on one element.
  private static final class Compound {
    private final char combinator;
    private Predicate<DomElement> condition = _ -> true;

    Compound(char combinator) {
      this.combinator = combinator;
    }

    void and(Predicate<DomElement> further) {
      condition = condition.and(further);
    }
  }

  private SvgSelector() {}

  /// @throws UnsupportedStyleException when it is not supported
  static SvgSelector parse(String text) {
    SvgSelector selector = new SvgSelector();
    selector.compounds.add(new Compound(' '));
    Matcher token = TOKEN.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!token.find(at) || token.start() != at || token.end() == at) {
        throw unsupported(text);
      }
      at = token.end();
      selector.take(token, text);
    }
    if (text.isEmpty()) {
      throw unsupported(text);
    }
    return selector;
  }

  int specificity() {
    return specificity;
  }

  boolean matches(DomElement element) {
    return !never && matches(element, compounds.size() - 1);
  }

  private void take(Matcher token, String text) {
    if (token.group(1) != null) {
      compounds.add(new Compound(token.group(1).charAt(0)));
    } else if (token.group(2) != null) {
      compounds.add(new Compound(' '));
    } else if (token.group(4) != null) {
      name(token.group(3), token.group(4));
    } else if (token.group(5) != null) {
      specificity += CLASSES;
      String value =
          Stream.of(7, 8, 9).map(token::group).filter(Objects::nonNull).findFirst().orElse("");
      boolean anyCase = "i".equalsIgnoreCase(token.group(10));
      compounds.getLast().and(attribute(token.group(5), token.group(6), value, anyCase));
    } else {
      pseudoClass(
          token.group(11).toLowerCase(Locale.ROOT),
          Optional.ofNullable(token.group(12)).orElse(""),
          text);
    }
  }

  private void name(String kind, String escaped) {
    String name = CssText.name(escaped);
    switch (kind) {
      case "." -> {
        specificity += CLASSES;
        compounds.getLast().and(element -> hasClass(element, name));
      }
      case "#" -> {
        specificity += IDS;
        compounds.getLast().and(element -> SvgValues.id(name).equals(element.id()));
      }
      default -> {
        if (!name.equals("*")) {
          specificity++;
          compounds.getLast().and(element -> name.equalsIgnoreCase(element.tagName()));
        }
      }
    }
  }

  private static boolean hasClass(DomElement element, String name) {
    String names = element.attribute("class");
    return names != null
        && names.contains(name)
        && List.of(names.strip().split("\\s+")).contains(name);
  }

  private static Predicate<DomElement> attribute(
      String name, String operator, String wanted, boolean anyCase) {
    String value = anyCase ? wanted.toLowerCase(Locale.ROOT) : wanted;
    return element -> {
      String attribute = element.attribute(name);
      if (attribute == null || operator == null) {
        return attribute != null;
      }
      String found = anyCase ? attribute.toLowerCase(Locale.ROOT) : attribute;
      return switch (operator) {
        case "=" -> found.equals(value);
        case "^=" -> !value.isEmpty() && found.startsWith(value);
        case "$=" -> !value.isEmpty() && found.endsWith(value);
        case "*=" -> !value.isEmpty() && found.contains(value);
        case "~=" -> List.of(found.split("\\s+")).contains(value);
        default -> found.equals(value) || found.startsWith(value + "-");
      };
    };
  }

  private void pseudoClass(String name, String argument, String text) {
    switch (name) {
      case ":not", ":is", ":where", ":matches", ":-webkit-any" -> {
        List<SvgSelector> any =
            CssText.split(argument, ',').stream().map(each -> parse(each.strip())).toList();
        specificity +=
            name.equals(":where")
                ? 0
                : any.stream().mapToInt(SvgSelector::specificity).max().orElse(0);
        boolean wanted = !name.equals(":not");
        compounds
            .getLast()
            .and(element -> wanted == any.stream().anyMatch(each -> each.matches(element)));
      }
      // Hover and the like do not apply to a rendered drawing.
      case ":hover",
          ":active",
          ":focus",
          ":visited",
          ":target",
          ":focus-within",
          ":focus-visible" ->
          never = true;
      default -> {
        specificity += CLASSES;
        if (name.startsWith("::")) {
          never = true; // Parts of texts.
        } else if (!name.equals(":link") && !name.equals(":any-link")) {
          compounds
              .getLast()
              .and(SvgPlace.condition(name, argument).orElseThrow(() -> unsupported(text)));
        }
      }
    }
  }

  private boolean matches(DomElement element, int last) {
    Compound compound = compounds.get(last);
    if (!compound.condition.test(element)) {
      return false;
    }
    if (last == 0) {
      return true;
    }
    return switch (compound.combinator) {
      case '>' -> element.parent() != null && matches(element.parent(), last - 1);
      case '+' -> index(element) > 0 && matches(before(element).getLast(), last - 1);
      case '~' -> before(element).stream().anyMatch(sibling -> matches(sibling, last - 1));
      default -> {
        DomElement above = element.parent();
        while (above != null && !matches(above, last - 1)) {
          above = above.parent();
        }
        yield above != null;
      }
    };
  }

  private static int index(DomElement element) {
    return SvgPlace.siblings(element).indexOf(element);
  }

  private static List<? extends DomElement> before(DomElement element) {
    return SvgPlace.siblings(element).subList(0, Math.max(0, index(element)));
  }

  private static UnsupportedStyleException unsupported(String text) {
    return new UnsupportedStyleException(
        "the style sheet of the SVG has a selector that is not supported: \""
            + (text.length() > 100 ? text.substring(0, 100) + "…" : text)
            + "\"; save it with presentation attributes or inline styles");
  }
}
