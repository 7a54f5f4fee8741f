package io.sketchstream.images.sketch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLEventFactory;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.Attribute;
import javax.xml.stream.events.EndElement;
import javax.xml.stream.events.ProcessingInstruction;
import javax.xml.stream.events.StartElement;
import javax.xml.stream.events.XMLEvent;
import javax.xml.stream.util.EventReaderDelegate;

/// The elements of an SVG that are shown: of those under a condition, the ones that it holds for
/// ([SVG 2](https://www.w3.org/TR/SVG2/struct.html#ConditionalProcessing)); a `switch` becomes a
/// group of the first of its children; animations are left out. What they look like is up to
/// [SvgCascade].
///
/// Style sheets of other files are not fetched: a drawing that has no other colours is refused.
final class SvgEvents extends EventReaderDelegate {
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";
  private static final QName REQUIRED_EXTENSIONS = new QName("requiredExtensions");
  private static final QName STYLE = new QName("style");
  private static final Pattern FOR_PRINTERS =
      Pattern.compile("(?i)\\s*(only\\s+)?(print|speech)\\b[^,]*");
  private static final Pattern CSS = Pattern.compile("(?i)\\s*text/css\\b.*");
  private static final QName LANGUAGE = new QName("systemLanguage");
  private static final Set<String> SHAPES =
      Set.of("path", "rect", "circle", "ellipse", "polygon", "polyline", "line");
  private static final Set<String> UNSEEN = Set.of("clipPath", "mask");
  private static final Pattern PAINT = Pattern.compile("(?i)\\b(fill|stroke)\\s*:");

  /// Without them a drawing is as it would be in the end, or in between: not blank as before.
  private static final Set<String> ANIMATIONS =
      Set.of("animate", "animateColor", "animateMotion", "animateTransform", "set");

  /// Not of fonts, which have no colours.
  private static final Pattern IMPORT = Pattern.compile("(?i)@import\\b(?![^;]*font)");

  private static final XMLEventFactory EVENTS = XMLEventFactory.newDefaultFactory();

  /// For each open element: null outside of a switch, else whether a child was shown.
  private final Deque<Level> open = new ArrayDeque<>();

  private static final class Level {
    private final boolean choice;
    private final boolean painted;
    private boolean chosen;

    Level(boolean choice, boolean painted) {
      this.choice = choice;
      this.painted = painted;
    }
  }

  private boolean foreignStyles;
  private boolean ownStyles;
  private boolean unpainted;

  SvgEvents(XMLEventReader events) {
    super(events);
  }

  /// Whether shapes get their colours from another file; known at the end.
  boolean dependsOnOtherFiles() {
    return foreignStyles && unpainted && !ownStyles;
  }

  @Override
  public XMLEvent nextEvent() throws XMLStreamException {
    XMLEvent event = super.nextEvent();
    while (event.isStartElement() && isLeftOut(event.asStartElement())) {
      skip();
      event = super.nextEvent();
    }
    if (event.isStartElement()) {
      StartElement start = event.asStartElement();
      boolean choice = isSwitch(start.getName());
      look(start, choice);
      return EVENTS.createStartElement(
          choice ? group(start) : start.getName(),
          attributes(start).iterator(),
          start.getNamespaces());
    }
    if (event.isProcessingInstruction()) {
      foreignStyles |=
          ((ProcessingInstruction) event).getTarget().equalsIgnoreCase("xml-stylesheet");
    }
    if (event.isCharacters()) {
      String text = event.asCharacters().getData();
      foreignStyles |= IMPORT.matcher(text).find();
      ownStyles |= PAINT.matcher(text).find();
    }
    if (event.isEndElement()) {
      open.pop();
      EndElement end = event.asEndElement();
      return isSwitch(end.getName())
          ? EVENTS.createEndElement(
              new QName(NAMESPACE, "g", end.getName().getPrefix()), end.getNamespaces())
          : event;
    }
    return event;
  }

  private void look(StartElement start, boolean choice) {
    String name = start.getName().getLocalPart();
    Attribute style = start.getAttributeByName(STYLE);
    boolean painted =
        (!open.isEmpty() && open.peek().painted)
            || UNSEEN.contains(name)
            || start.getAttributeByName(new QName("fill")) != null
            || start.getAttributeByName(new QName("stroke")) != null
            || (style != null && PAINT.matcher(style.getValue()).find());
    open.push(new Level(choice, painted));
    foreignStyles |= name.equals("link");
    unpainted |= SHAPES.contains(name) && !painted;
  }

  /// The attributes of an element, with names that the renderer finds.
  private static List<Attribute> attributes(StartElement start) {
    List<Attribute> attributes = new ArrayList<>();
    for (Iterator<Attribute> all = start.getAttributes(); all.hasNext(); ) {
      Attribute attribute = all.next();
      String value = attribute.getValue();
      String known =
          switch (attribute.getName().getLocalPart()) {
            case "id" -> SvgValues.id(value);
            case "href" -> SvgValues.href(value);
            default -> value;
          };
      attributes.add(
          known.equals(value) ? attribute : EVENTS.createAttribute(attribute.getName(), known));
    }
    return attributes;
  }

  @Override
  public Object next() {
    try {
      return nextEvent();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isLeftOut(StartElement element) {
    String name = element.getName().getLocalPart();
    if (ANIMATIONS.contains(name) || (name.equals("style") && isForOthers(element))) {
      return true;
    }
    Level parent = open.peek();
    if (parent == null || !parent.choice) {
      return !isConditionMet(element);
    }
    boolean shown = !parent.chosen && isConditionMet(element) && !name.equals("foreignObject");
    parent.chosen |= shown;
    return !shown;
  }

  /// Whether a style sheet is for printers only, or in another language.
  private static boolean isForOthers(StartElement style) {
    Attribute media = style.getAttributeByName(new QName("media"));
    Attribute type = style.getAttributeByName(new QName("type"));
    return (media != null && FOR_PRINTERS.matcher(media.getValue()).matches())
        || (type != null && !type.getValue().isBlank() && !CSS.matcher(type.getValue()).matches());
  }

  private static boolean isConditionMet(StartElement element) {
    Attribute extensions = element.getAttributeByName(REQUIRED_EXTENSIONS);
    Attribute language = element.getAttributeByName(LANGUAGE);
    return extensions == null && (language == null || language.getValue().contains("en"));
  }

  private void skip() throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      XMLEvent event = super.nextEvent();
      depth += event.isStartElement() ? 1 : event.isEndElement() ? -1 : 0;
    }
  }

  private static boolean isSwitch(QName name) {
    return name.getLocalPart().equals("switch")
        && (name.getNamespaceURI().isEmpty() || name.getNamespaceURI().equals(NAMESPACE));
  }

  private static QName group(StartElement element) {
    return new QName(NAMESPACE, "g", element.getName().getPrefix());
  }
}
