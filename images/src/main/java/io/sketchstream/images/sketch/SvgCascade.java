package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.parser.DomElement;
import io.sketchstream.images.sketch.SvgScope.Place;
import io.sketchstream.images.sketch.SvgStyles.Declaration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Computes the styles of a drawing ([CSS Cascade](https://www.w3.org/TR/css-cascade-5/)) and sets
/// each as an attribute in a form that the renderer understands: it knows attributes best.
///
/// 1. All declarations of an element in their order: attributes, style sheets, its `style`, and
///    what is important of both.
/// 2. Of each property, the last value that is valid ([SvgValues]).
/// 3. What the renderer gets wrong: see [SvgRepairs].
final class SvgCascade {
  /// What is looked at where it is inherited.
  private static final Set<String> INHERITED =
      Set.of(
          "color",
          "fill",
          "stroke",
          "stroke-width",
          "stroke-dasharray",
          "stroke-dashoffset",
          "stroke-linecap",
          "stroke-linejoin",
          "stroke-opacity",
          "fill-opacity",
          "fill-rule",
          "clip-rule");

  /// Shown where they are used, and only then.
  private static final Set<String> DEFINITIONS = Set.of("defs", "symbol");

  private static final Set<String> GROUPS = Set.of("g", "a", "svg", "switch");

  private final SvgStyles styles;
  private final SvgValues values;
  private final SvgRepairs repairs = new SvgRepairs();

  private record Step(DomElement element, SvgScope outer) {}

  SvgCascade(SvgStyles styles, SvgValues values) {
    this.styles = styles;
    this.values = values;
  }

  /// What is not supported, after the document was loaded.
  Optional<String> problem() {
    return styles.problem().or(values::problem).or(repairs::problem);
  }

  void apply(DomElement root) {
    Deque<Step> rest = new ArrayDeque<>(); // A document may be nested too deep for recursion.
    rest.push(new Step(root, SvgScope.OUTER));
    while (!rest.isEmpty()) {
      Step step = rest.pop();
      SvgScope inner = set(step.element(), step.outer());
      step.element().children().forEach(child -> rest.push(new Step(child, inner)));
    }
  }

  /// @return for what is in the element
  private SvgScope set(DomElement element, SvgScope outer) {
    Map<String, List<String>> declared = declared(element);
    Map<String, String> variables = new HashMap<>();
    declared.forEach((name, all) -> {
      if (name.startsWith("--")) {
        variables.put(name, all.getLast());
      }
    });
    declared.keySet().removeAll(variables.keySet());
    SvgScope scope = withFontSize(outer.withVariables(variables), element, declared);
    Map<String, String> known = new LinkedHashMap<>();
    declared.forEach(
        (name, all) -> known(name, all, scope).ifPresent(value -> known.put(name, value)));
    SvgProperties.attributes().stream()
        .flatMap(Set::stream)
        .filter(name -> !known.containsKey(name))
        .forEach(name -> element.setAttribute(name, null));
    CssTransform.joinInto(known);
    SvgScope sized = repairs.size(element, known, scope);
    Place place = repairs.place(element, known, scope.place());
    Map<String, String> inherited = new HashMap<>(known);
    inherited.keySet().retainAll(INHERITED);
    inherited.values().removeIf(value -> value.equalsIgnoreCase("inherit"));
    boolean hidden =
        hide(element, known, scope.hidden()) && !DEFINITIONS.contains(element.tagName());
    SvgScope inner = sized.within(inherited, hidden, place);
    repairs.repair(element, known, inner, outer.place());
    known.forEach(element::setAttribute);
    element.setAttribute("style", null);
    return inner;
  }

  private Optional<String> known(String name, List<String> all, SvgScope scope) {
    for (String value : all.reversed()) {
      Optional<String> known = values.known(name, value, scope);
      if (known.isPresent()) {
        return known;
      }
    }
    return Optional.empty();
  }

  /// All values of each property, those that win last.
  private Map<String, List<String>> declared(DomElement element) {
    Map<String, List<String>> declared = new LinkedHashMap<>();
    for (Set<String> names : SvgProperties.attributes()) {
      for (String name : names) {
        String value = element.attribute(name);
        if (value != null && (!name.equals("transform") || CssTransform.isAttribute(value))) {
          add(declared, name, value);
        }
      }
    }
    String tagName = element.tagName();
    List<Declaration> inSheets = styles.matching(element);
    String style = element.attribute("style");
    List<Declaration> own = style == null ? List.of() : SvgStyles.declarations(style);
    for (boolean important : new boolean[] {false, true}) {
      for (List<Declaration> all : List.of(inSheets, own)) {
        for (Declaration each : all) {
          if (each.important() == important
              && SvgProperties.isStyled(tagName, each.property(), each.value())) {
            add(declared, each.property(), each.value());
          }
        }
      }
    }
    return declared;
  }

  private static void add(Map<String, List<String>> declared, String name, String value) {
    if (name.equals("marker")) { // Stands for all three.
      SvgProperties.MARKERS.forEach(each -> add(declared, each, value));
      return;
    }
    declared.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  private SvgScope withFontSize(
      SvgScope scope, DomElement element, Map<String, List<String>> declared) {
    SvgLengths lengths = scope.lengths();
    List<String> all = declared.getOrDefault("font-size", List.of());
    double fontSize =
        all.isEmpty()
            ? lengths.fontSize()
            : known("font-size", all, scope)
                .map(value -> lengths.of("font-size", value).orElse(lengths.fontSize()))
                .orElse(lengths.fontSize());
    double root = element.parent() == null ? fontSize : lengths.rootFontSize();
    return scope.with(new SvgLengths(fontSize, root, lengths.width(), lengths.height()));
  }

  /// Hands `visibility` down from groups to shapes: the renderer leaves out a hidden group with all
  /// that is in it, but a shape in it may be visible.
  ///
  /// @return whether what is in the element is hidden
  private static boolean hide(DomElement element, Map<String, String> known, boolean outer) {
    String own = known.getOrDefault("visibility", "inherit");
    boolean hidden = own.equals("inherit") ? outer : !own.equals("visible");
    if (GROUPS.contains(element.tagName().toLowerCase(Locale.ROOT))) {
      known.remove("visibility");
      element.setAttribute("visibility", null);
    } else if (hidden) {
      known.put("visibility", "hidden");
    }
    return hidden;
  }
}
