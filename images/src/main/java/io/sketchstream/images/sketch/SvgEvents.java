package io.sketchstream.images.sketch;

import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLEventFactory;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.Attribute;
import javax.xml.stream.events.EndElement;
import javax.xml.stream.events.StartElement;
import javax.xml.stream.events.XMLEvent;
import javax.xml.stream.util.EventReaderDelegate;

/// The elements of an SVG as the renderer understands them: a `switch` becomes a group of the first
/// of its children that can be shown ([SVG
/// 2](https://www.w3.org/TR/SVG2/struct.html#ConditionalProcessing)).
final class SvgEvents extends EventReaderDelegate {
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";
  private static final QName REQUIRED_EXTENSIONS = new QName("requiredExtensions");
  private static final QName LANGUAGE = new QName("systemLanguage");
  private static final XMLEventFactory EVENTS = XMLEventFactory.newDefaultFactory();

  /// For each open element: null outside of a switch, else whether a child was shown.
  private final Deque<Level> open = new ArrayDeque<>();

  private static final class Level {
    private final boolean choice;
    private boolean chosen;

    Level(boolean choice) {
      this.choice = choice;
    }
  }

  SvgEvents(XMLEventReader events) {
    super(events);
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
      open.push(new Level(choice));
      return choice
          ? EVENTS.createStartElement(group(start), start.getAttributes(), start.getNamespaces())
          : event;
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

  @Override
  public Object next() {
    try {
      return nextEvent();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isLeftOut(StartElement element) {
    Level parent = open.peek();
    if (parent == null || !parent.choice) {
      return false;
    }
    boolean shown = !parent.chosen && canBeShown(element);
    parent.chosen |= shown;
    return !shown;
  }

  private static boolean canBeShown(StartElement element) {
    Attribute extensions = element.getAttributeByName(REQUIRED_EXTENSIONS);
    Attribute language = element.getAttributeByName(LANGUAGE);
    return extensions == null
        && !element.getName().getLocalPart().equals("foreignObject")
        && (language == null || language.getValue().contains("en"));
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
