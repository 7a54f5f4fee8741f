package io.sketchstream.images.sketch;

import java.util.HashMap;
import java.util.Map;

/// What an element of a drawing takes over from those that it is in.
///
/// @param variables by name
/// @param inherited values of the properties that [SvgCascade] looks at and the renderer hands down
/// @param lengths of the element
/// @param hidden whether it can't be seen unless it says so
/// @param place what kind of element it is in
record SvgScope(
    Map<String, String> variables,
    Map<String, String> inherited,
    SvgLengths lengths,
    boolean hidden,
    Place place) {
  /// Where the paints of an element have another meaning.
  enum Place {
    USUAL,
    /// Its outline counts, by another rule.
    CLIP_PATH,
    /// Only its opacity counts.
    ALPHA_MASK
  }

  /// Outside of everything.
  static final SvgScope OUTER =
      new SvgScope(
          Map.of(),
          Map.of("color", "black", "fill", "black", "stroke", "none", "stroke-width", "1"),
          new SvgLengths(SvgLengths.FONT_SIZE, SvgLengths.FONT_SIZE, 0, 0),
          false,
          Place.USUAL);

  SvgScope withVariables(Map<String, String> declared) {
    return new SvgScope(merged(variables, declared), inherited, lengths, hidden, place);
  }

  SvgScope with(SvgLengths inner) {
    return new SvgScope(variables, inherited, inner, hidden, place);
  }

  SvgScope within(Map<String, String> values, boolean innerHidden, Place innerPlace) {
    return new SvgScope(variables, merged(inherited, values), lengths, innerHidden, innerPlace);
  }

  private static Map<String, String> merged(Map<String, String> outer, Map<String, String> inner) {
    if (inner.isEmpty()) {
      return outer;
    }
    Map<String, String> merged = new HashMap<>(outer);
    merged.putAll(inner);
    return merged;
  }
}
