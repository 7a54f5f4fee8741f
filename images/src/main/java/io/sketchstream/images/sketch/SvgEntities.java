package io.sketchstream.images.sketch;

import io.sketchstream.images.RefusedImageException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Expands internal entities, which drawing programs declare for namespaces and styles, and removes
/// the DOCTYPE. External entities and exponential expansion are refused; nothing is fetched.
final class SvgEntities {
  private static final Pattern TYPE = Pattern.compile("(?i)<!DOCTYPE");
  private static final Pattern DECLARATION =
      Pattern.compile(
          "<!ENTITY\\s+(?:%\\s+)?([A-Za-z_][\\w.-]*)\\s+(?:\"([^\"]*)\"|'([^']*)')\\s*>");

  /// A default that makes a difference to a drawing; those of namespaces are usual.
  private static final Pattern DEFAULT =
      Pattern.compile(
          "<!ATTLIST[^>]*\\s(style|class|fill|stroke|stroke-width|display|visibility|opacity"
              + "|transform|d)\\s+CDATA\\s+(#FIXED\\s+)?[\"']");

  private static final Pattern REFERENCE =
      Pattern.compile("(?s)<!--.*?-->|<!\\[CDATA\\[.*?\\]\\]>|&([A-Za-z_][\\w.-]*);");
  private static final Pattern PREDEFINED = Pattern.compile("lt|gt|amp|quot|apos");
  private static final int ENTITIES_MAX = 200;
  private static final int NESTING_MAX = 4;

  private final Map<String, String> entities = new HashMap<>();
  private long expanded;

  private SvgEntities() {}

  /// @throws RefusedImageException when an entity is external, or there are too many
  static String expand(String svg) throws RefusedImageException {
    Matcher type = TYPE.matcher(svg);
    if (!type.find()) {
      return svg;
    }
    int start = type.start();
    int end = end(svg, start);
    SvgEntities entities = new SvgEntities();
    entities.declare(svg.substring(start, end));
    return svg.substring(0, start) + entities.replace(svg.substring(end), 0);
  }

  /// The position after the DOCTYPE, whose quoted texts may contain any character.
  private static int end(String svg, int start) throws RefusedImageException {
    int depth = 0;
    for (int at = start; at < svg.length(); at++) {
      char c = svg.charAt(at);
      if (c == '"' || c == '\'') {
        at = svg.indexOf(c, at + 1);
        if (at < 0) {
          break;
        }
      } else if (svg.startsWith("<!--", at)) {
        at = svg.indexOf("-->", at + 4);
        if (at < 0) {
          break;
        }
      } else if (c == '[') {
        depth++;
      } else if (c == ']') {
        depth--;
      } else if (c == '>' && depth == 0) {
        return at + 1;
      }
    }
    throw new RefusedImageException("the SVG is not well-formed: its DOCTYPE does not end");
  }

  private void declare(String type) throws RefusedImageException {
    String withoutComments = type.replaceAll("(?s)<!--.*?-->", "");
    int declarations = withoutComments.split("<!ENTITY", -1).length - 1;
    Matcher declaration = DECLARATION.matcher(withoutComments);
    while (declaration.find()) {
      declarations--;
      String value = declaration.group(2) != null ? declaration.group(2) : declaration.group(3);
      entities.putIfAbsent(declaration.group(1), value);
    }
    if (declarations > 0) {
      throw new RefusedImageException(
          "the SVG declares an entity of another file, which is not fetched");
    }
    if (DEFAULT.matcher(withoutComments).find()) {
      throw new RefusedImageException(
          "the SVG has default values of attributes in its document type, which are not supported");
    }
    if (entities.size() > ENTITIES_MAX) {
      throw new RefusedImageException("the SVG declares more than " + ENTITIES_MAX + " entities");
    }
  }

  private String replace(String text, int depth) throws RefusedImageException {
    if (depth > NESTING_MAX) {
      throw new RefusedImageException("the entities of the SVG are nested too deeply");
    }
    StringBuilder replaced = new StringBuilder();
    Matcher reference = REFERENCE.matcher(text);
    int from = 0;
    while (reference.find()) {
      String name = reference.group(1);
      if (name == null || PREDEFINED.matcher(name).matches()) {
        continue; // In comments and CDATA nothing is a reference.
      }
      String value = entities.get(name);
      if (value == null) {
        throw new RefusedImageException("the SVG uses an entity it does not declare: " + name);
      }
      replaced.append(text, from, reference.start()).append(replace(value, depth + 1));
      from = reference.end();
      expanded += value.length();
      if (expanded > SvgText.BYTES_MAX || replaced.length() > SvgText.BYTES_MAX) {
        throw new RefusedImageException("the entities of the SVG make it too large");
      }
    }
    return replaced.append(text, from, text.length()).toString();
  }
}
