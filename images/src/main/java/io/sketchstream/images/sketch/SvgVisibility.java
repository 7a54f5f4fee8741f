package io.sketchstream.images.sketch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLEventFactory;
import javax.xml.stream.events.Attribute;

/// Hands `visibility` down from groups to shapes: the renderer leaves out a hidden group with all
/// that is in it, but a shape in it may be visible.
final class SvgVisibility {
  private static final String NAME = "visibility";
  private static final Set<String> GROUPS = Set.of("g", "a", "svg", "switch");
  private static final Pattern IN_STYLE =
      Pattern.compile("(?i)(?<![\\w-])visibility\\s*:\\s*([a-z]+)\\s*;?");
  private static final XMLEventFactory EVENTS = XMLEventFactory.newDefaultFactory();

  /// Whether what is in the open elements is hidden.
  private final Deque<Boolean> hidden = new ArrayDeque<>();

  /// @param attributes of the element, changed where that is needed
  /// @return whether they were changed
  boolean open(String element, List<Attribute> attributes) {
    boolean outer = !hidden.isEmpty() && hidden.peek();
    Optional<String> own = own(attributes);
    boolean inner = own.map(value -> !value.equalsIgnoreCase("visible")).orElse(outer);
    hidden.push(inner);
    if (GROUPS.contains(element)) {
      return own.isPresent() && remove(attributes);
    }
    return inner
        && own.isEmpty()
        && attributes.add(EVENTS.createAttribute(new QName(NAME), "hidden"));
  }

  void close() {
    hidden.pop();
  }

  /// A style counts more than an attribute. What is inherited is as if it were not there.
  private static Optional<String> own(List<Attribute> attributes) {
    Optional<String> own = Optional.empty();
    for (Attribute attribute : attributes) {
      Matcher style = IN_STYLE.matcher(attribute.getValue());
      String name = attribute.getName().toString();
      if (name.equals("style") && style.find()) {
        return Optional.of(style.group(1)).filter(SvgVisibility::isSet);
      } else if (name.equals(NAME)) {
        own = Optional.of(attribute.getValue().strip());
      }
    }
    return own.filter(SvgVisibility::isSet);
  }

  private static boolean isSet(String value) {
    return !value.equalsIgnoreCase("inherit");
  }

  private static boolean remove(List<Attribute> attributes) {
    attributes.removeIf(attribute -> attribute.getName().toString().equals(NAME));
    attributes.replaceAll(attribute ->
        attribute.getName().toString().equals("style")
            ? EVENTS.createAttribute(
                attribute.getName(), IN_STYLE.matcher(attribute.getValue()).replaceAll(""))
            : attribute);
    return true;
  }
}
