package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.parser.DomElement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The pseudo-classes of a selector that ask for the place of an element among its siblings.
final class SvgPlace {
  /// `an+b`, `odd`, `even`, or a number.
  private static final Pattern NTH =
      Pattern.compile("(odd)|(even)|(?:([+-]?\\d{0,6})(n))?\\s*(?:([+-]?)\\s*(\\d{1,6}))?");

  private SvgPlace() {}

  /// @param name in lower case, with its colon
  /// @return empty for any other pseudo-class
  static Optional<Predicate<DomElement>> condition(String name, String argument) {
    return switch (name) {
      case ":root" -> Optional.of(element -> element.parent() == null);
      case ":empty" -> Optional.of(element -> element.children().isEmpty());
      case ":first-child" -> Optional.of(element -> place(element, false, false) == 1);
      case ":last-child" -> Optional.of(element -> place(element, false, true) == 1);
      case ":first-of-type" -> Optional.of(element -> place(element, true, false) == 1);
      case ":last-of-type" -> Optional.of(element -> place(element, true, true) == 1);
      case ":only-child" -> Optional.of(element -> siblings(element).size() == 1);
      case ":only-of-type" ->
          Optional.of(
              element -> place(element, true, false) == 1 && place(element, true, true) == 1);
      case ":nth-child", ":nth-last-child", ":nth-of-type", ":nth-last-of-type" ->
          nth(argument.strip().toLowerCase(Locale.ROOT))
              .map(nth ->
                  element ->
                      nth.test(place(element, name.endsWith("type"), name.contains("last"))));
      default -> Optional.empty();
    };
  }

  private static Optional<Predicate<Integer>> nth(String text) {
    Matcher nth = NTH.matcher(text);
    if (text.isEmpty() || !nth.matches()) {
      return Optional.empty();
    }
    if (nth.group(1) != null || nth.group(2) != null) {
      int rest = nth.group(1) != null ? 1 : 0;
      return Optional.of(place -> place % 2 == rest);
    }
    int step = nth.group(4) == null ? 0 : step(nth.group(3));
    int start =
        nth.group(6) == null
            ? 0
            : Integer.parseInt(nth.group(6)) * ("-".equals(nth.group(5)) ? -1 : 1);
    return Optional.of(place ->
        step == 0 ? place == start : (place - start) % step == 0 && (place - start) / step >= 0);
  }

  private static int step(String text) {
    return switch (text) {
      case "", "+" -> 1;
      case "-" -> -1;
      default -> Integer.parseInt(text);
    };
  }

  /// The children of its parent, itself included.
  static List<? extends DomElement> siblings(DomElement element) {
    return element.parent() == null ? List.of(element) : element.parent().children();
  }

  /// Among its siblings, from 1.
  private static int place(DomElement element, boolean ofType, boolean fromEnd) {
    List<? extends DomElement> all = siblings(element);
    int index = all.indexOf(element);
    List<? extends DomElement> before =
        fromEnd ? all.subList(index + 1, all.size()) : all.subList(0, index);
    return 1
        + (ofType
            ? (int)
                before.stream().filter(other -> other.tagName().equals(element.tagName())).count()
            : before.size());
  }
}
