package io.sketchstream.ingest.http;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.ingest.gallery.Texts;
import io.sketchstream.ingest.http.FileDescriptions.FileDescription;
import jakarta.ws.rs.core.MultivaluedMap;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Reads the attributes of images from query parameters, merges them with what an upload says of
/// single files, and checks their bounds.
final class AttributeReader {
  private static final int TITLE_CHARS_MAX = 1_000;
  private static final int URI_CHARS_MAX = 2_000;
  private static final int TAGS_MAX = 100;
  private static final int TAG_CHARS_MAX = 100;
  private static final int EXTRA_MAX = 50;
  private static final int EXTRA_NAME_CHARS_MAX = 100;
  private static final int EXTRA_VALUE_CHARS_MAX = 1_000;
  private static final String EXTRA_PREFIX = "extra.";

  /// The attribute that says which gallery an image is in; `gallery` alone means it as well.
  static final String GALLERY = "gallery";

  private AttributeReader() {}

  /// Reads `title`, `tags` (joined by commas), `uri`, `gallery` and `extra.NAME`.
  static ImageAttributes fromQuery(MultivaluedMap<String, String> query) throws RefusedException {
    ImageAttributes.Builder attributes = ImageAttributes.newBuilder();
    query.forEach((name, values) -> {
      switch (name) {
        case "title" -> attributes.setTitle(Texts.normalized(values.getFirst()));
        case "uri" -> attributes.setUri(values.getFirst().strip());
        case GALLERY -> setGallery(attributes, values.getFirst());
        case "tags" ->
            setTags(
                attributes,
                values.stream().flatMap(tags -> Arrays.stream(tags.split(","))).toList());
        default -> {
          if (name.startsWith(EXTRA_PREFIX)) {
            putExtra(attributes, name.substring(EXTRA_PREFIX.length()), values.getFirst());
          }
        }
      }
    });
    return check(attributes.build());
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
    return check(attributes.build());
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
    attributes.putExtra(
        Normalizer.normalize(name, Normalizer.Form.NFC),
        Normalizer.normalize(value, Normalizer.Form.NFC));
  }

  /// Returns attributes that are within their bounds.
  static ImageAttributes check(ImageAttributes attributes) throws RefusedException {
    atMost("title", attributes.getTitle(), TITLE_CHARS_MAX);
    atMost("uri", attributes.getUri(), URI_CHARS_MAX);
    atMost("tags", attributes.getTagsCount(), TAGS_MAX);
    for (String tag : attributes.getTagsList()) {
      atMost("tag", tag, TAG_CHARS_MAX);
    }
    atMost("extra attributes", attributes.getExtraCount(), EXTRA_MAX);
    for (Map.Entry<String, String> extra : attributes.getExtraMap().entrySet()) {
      if (extra.getKey().isEmpty()) {
        throw new RefusedException(Reason.BAD_ATTRIBUTES, "an extra attribute has no name");
      }
      atMost("the name of an extra attribute", extra.getKey(), EXTRA_NAME_CHARS_MAX);
      atMost(EXTRA_PREFIX + extra.getKey(), extra.getValue(), EXTRA_VALUE_CHARS_MAX);
    }
    return attributes;
  }

  private static void notNull(String what, String text) throws RefusedException {
    if (text == null) {
      throw new RefusedException(
          Reason.BAD_ATTRIBUTES, "attributes: %s holds null, which is not a text".formatted(what));
    }
  }

  private static void atMost(String what, String text, int charsMax) throws RefusedException {
    if (text.length() > charsMax) {
      throw new RefusedException(
          Reason.BAD_ATTRIBUTES,
          "%s has %d characters; at most %d are accepted".formatted(what, text.length(), charsMax));
    }
  }

  private static void atMost(String what, int count, int countMax) throws RefusedException {
    if (count > countMax) {
      throw new RefusedException(
          Reason.BAD_ATTRIBUTES,
          "there are %d %s; at most %d are accepted".formatted(count, what, countMax));
    }
  }
}
