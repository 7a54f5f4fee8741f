package io.sketchstream.events;

/// The bounds of a record of `matches`, for every reader: they keep many matches in memory, also
/// the fields that they do not know.
public final class MatchBounds {
  /// Largest attributes, in bytes; many times what ingest accepts.
  public static final int ATTRIBUTES_SIZE_MAX = 512 << 10;

  private static final int OTHERS_SIZE_MAX = ImageKey.SIZE_MAX + (2 << 10);

  private MatchBounds() {}

  /// Checks a match.
  ///
  /// @param key of its record; null when it has none
  /// @param match null for a record without a value
  /// @throws IllegalArgumentException naming the field that is out of bounds
  public static void check(String key, StandingQueryMatched match) {
    require(match != null, "it has no value");
    require(
        StandingQueryBounds.isQueryId(match.getQueryId())
            && Topics.matchKey(match.getQueryId(), match.getImageId()).equals(key),
        "its key does not name its query and image");
    require(ImageKey.isId(match.getImageId()), "image_id is not " + ImageKey.RULE);
    int attributes = match.getAttributes().getSerializedSize();
    atMost("attributes", attributes, ATTRIBUTES_SIZE_MAX);
    atMost("fields beside them", match.getSerializedSize() - attributes, OTHERS_SIZE_MAX);
  }

  private static void atMost(String field, int size, int max) {
    require(size <= max, "%s: %d bytes, more than %d".formatted(field, size, max));
  }

  private static void require(boolean valid, String reason) {
    if (!valid) {
      throw new IllegalArgumentException(reason);
    }
  }
}
