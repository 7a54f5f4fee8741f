package io.sketchstream.ingest.http;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.Texts;
import io.sketchstream.ingest.gallery.AttributeBounds;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.ingest.http.FileDescriptions.FileDescription;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.parameters.NearestName;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Reads the attributes of images from query parameters, merges them with what an upload says of
/// single files, and checks their bounds.
final class AttributeReader {
  private static final String EXTRA_PREFIX = "extra.";

  /// Names the extra attribute without its prefix.
  static final String GALLERY = GalleryLimit.GALLERY;

  private static final String TAGS = "tags";
  private static final List<String> KNOWN = List.of("title", TAGS, "uri", GALLERY);

  private AttributeReader() {}

  /// Reads `title`, `tags` (joined by commas), `uri`, `gallery` and `extra.NAME`.
  ///
  /// @throws RefusedException naming an attribute that there is not, or that is given twice
  static ImageAttributes fromQuery(MultivaluedMap<String, String> query) throws RefusedException {
    ImageAttributes.Builder attributes = ImageAttributes.newBuilder();
    for (Map.Entry<String, List<String>> given : query.entrySet()) {
      String name = given.getKey();
      List<String> values = given.getValue();
      if (values.size() > 1 && !name.equals(TAGS)) {
        throw new RefusedException(
            Reason.BAD_ATTRIBUTES, "%.100s is given %d times".formatted(name, values.size()));
      }
      switch (name) {
        case "title" -> attributes.setTitle(Texts.normalized(values.getFirst()));
        case "uri" -> attributes.setUri(values.getFirst().strip());
        case GALLERY -> setGallery(attributes, values.getFirst());
        case TAGS ->
            setTags(
                attributes,
                values.stream().flatMap(tags -> Arrays.stream(tags.split(","))).toList());
        default -> {
          if (!name.startsWith(EXTRA_PREFIX)) {
            throw unknown(name);
          }
          putExtra(attributes, name.substring(EXTRA_PREFIX.length()), values.getFirst());
        }
      }
    }
    return AttributeBounds.check(attributes.build());
  }

  private static RefusedException unknown(String name) {
    String hint =
        NearestName.of(name, KNOWN)
            .map("did you mean '%s'?"::formatted)
            .orElse("a further one is set by extra.%.100s=".formatted(name));
    return new RefusedException(
        Reason.BAD_ATTRIBUTES, "there is no attribute '%.100s'; %s".formatted(name, hint));
  }

  /// The attributes of one file: its own, else the common ones.
  static ImageAttributes merge(ImageAttributes ofAll, FileDescription ofFile)
      throws RefusedException {
    ImageAttributes.Builder attributes = ofAll.toBuilder();
    if (ofFile.title() != null) {
      attributes.setTitle(Texts.normalized(ofFile.title()));
    }
    if (ofFile.uri() != null) {
      attributes.setUri(ofFile.uri().strip());
    }
    if (ofFile.tags() != null) {
      for (String tag : ofFile.tags()) {
        notNull("tags", tag);
      }
      setTags(attributes, ofFile.tags());
    }
    if (ofFile.extra() != null) {
      for (Map.Entry<String, String> extra : ofFile.extra().entrySet()) {
        notNull(EXTRA_PREFIX + extra.getKey(), extra.getValue());
        putExtra(attributes, extra.getKey(), extra.getValue());
      }
    }
    return AttributeBounds.check(attributes.build());
  }

  /// Replaces the tags.
  static void setTags(ImageAttributes.Builder attributes, List<String> tags) {
    attributes.clearTags();
    tags.stream()
        .map(Texts::normalized)
        .filter(tag -> !tag.isEmpty())
        .distinct()
        .forEach(attributes::addTags);
  }

  /// A blank name removes the image from its gallery.
  static void setGallery(ImageAttributes.Builder attributes, String name) {
    String gallery = Texts.normalized(name);
    if (gallery.isEmpty()) {
      attributes.removeExtra(GALLERY);
    } else {
      attributes.putExtra(GALLERY, gallery);
    }
  }

  static void putExtra(ImageAttributes.Builder attributes, String name, String value) {
    attributes.putExtra(Texts.composed(name), Texts.composed(value));
  }

  private static void notNull(String what, String text) throws RefusedException {
    if (text == null) {
      throw new RefusedException(
          Reason.BAD_ATTRIBUTES,
          "attributes: %s holds null, which is not a string".formatted(what));
    }
  }
}
