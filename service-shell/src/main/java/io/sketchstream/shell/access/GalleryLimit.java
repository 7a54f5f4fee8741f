package io.sketchstream.shell.access;

import io.sketchstream.events.FoldedText;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The galleries that a key is limited to. A key without a limit reaches all images, also those in
/// no gallery.
///
/// Names are compared as filters compare them: composed, without regard to case and outer blanks.
///
/// **Threads:** any.
public final class GalleryLimit {
  private static final String ATTRIBUTE = "io.sketchstream.galleries";

  /// All images.
  public static final GalleryLimit NONE = new GalleryLimit(List.of());

  private final Map<String, String> names;

  private GalleryLimit(Collection<String> names) {
    this.names = new LinkedHashMap<>();
    names.forEach(name -> this.names.putIfAbsent(folded(name), name));
  }

  /// @param names at least one
  public static GalleryLimit to(Collection<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("no gallery is named");
    }
    return new GalleryLimit(names);
  }

  /// The limit of the key that a request was admitted with.
  public static GalleryLimit of(RoutingContext caller) {
    GalleryLimit limit = caller.get(ATTRIBUTE);
    return limit == null ? NONE : limit;
  }

  /// Notes that a request was admitted with a key of this limit.
  void note(RoutingContext caller) {
    caller.put(ATTRIBUTE, this);
  }

  /// Whether all images may be reached.
  public boolean isNone() {
    return names.isEmpty();
  }

  /// Whether the images of a gallery may be reached.
  ///
  /// @param gallery empty for images in no gallery
  public boolean allows(String gallery) {
    return isNone() || names.containsKey(folded(gallery));
  }

  /// The gallery, if it is one alone: new images belong there unless they say otherwise.
  public Optional<String> only() {
    return names.size() == 1 ? Optional.of(names.values().iterator().next()) : Optional.empty();
  }

  /// A filter that only images in these galleries pass.
  ///
  /// @param filter valid on its own, or blank
  public String narrowed(String filter) {
    if (isNone()) {
      return filter;
    }
    String galleries =
        names.values().stream()
            .map(name -> '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .collect(Collectors.joining(", ", "gallery in (", ")"));
    return filter.isBlank() ? galleries : "(" + filter + ") and " + galleries;
  }

  @Override
  public String toString() {
    return isNone() ? "all galleries" : names.values().toString();
  }

  private static String folded(String name) {
    return FoldedText.of(name.strip());
  }
}
