package io.sketchstream.ingest.gallery;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import java.util.Map;

/// The bounds of the attributes of an image, for requests and for records of `images` alike.
public final class AttributeBounds {
  private static final int TITLE_CHARS_MAX = 1_000;
  private static final int URI_CHARS_MAX = 2_000;
  private static final String FILE_URI = "file://";
  private static final int PATH_BYTES_MAX = 4_096;

  /// Of a file on a disk: the longest path, if each of its bytes is percent-encoded.
  private static final int FILE_URI_CHARS_MAX = FILE_URI.length() + 3 * PATH_BYTES_MAX;

  private static final int TAGS_MAX = 100;
  private static final int TAG_CHARS_MAX = 100;
  private static final int EXTRA_MAX = 50;
  private static final int EXTRA_NAME_CHARS_MAX = 100;
  private static final int EXTRA_VALUE_CHARS_MAX = 1_000;
  private static final String EXTRA_PREFIX = "extra.";

  private AttributeBounds() {}

  /// Returns the attributes, which are within their bounds.
  ///
  /// @throws RefusedException naming the attribute that is not
  public static ImageAttributes check(ImageAttributes attributes) throws RefusedException {
    atMost("title", attributes.getTitle(), TITLE_CHARS_MAX);
    boolean file = attributes.getUri().startsWith(FILE_URI + "/");
    atMost("uri", attributes.getUri(), file ? FILE_URI_CHARS_MAX : URI_CHARS_MAX);
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
