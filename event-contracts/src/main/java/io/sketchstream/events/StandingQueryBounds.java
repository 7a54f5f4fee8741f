package io.sketchstream.events;

import java.util.regex.Pattern;

/// The bounds of the fields of `standing-queries`, for every reader and writer. The query service
/// checks whether a filter can be parsed, and the embed service whether a sketch can be rendered.
public final class StandingQueryBounds {
  /// Longest name, in characters.
  public static final int NAME_LENGTH_MAX = 200;

  /// Longest filter, in characters.
  public static final int FILTER_LENGTH_MAX = 4096;

  /// Longest text, in characters.
  public static final int TEXT_LENGTH_MAX = 500;

  /// Largest sketch, in bytes.
  public static final int SKETCH_SIZE_MAX = 1 << 20;

  /// Largest query, in bytes: its sketch, and room for all else. Readers copy it, also fields that
  /// they do not know.
  public static final int SIZE_MAX = SKETCH_SIZE_MAX + (64 << 10);

  /// The rarity of a query that does not set it.
  public static final int ONE_IN_DEFAULT = 1_000;

  /// Longest URL of a webhook, in characters.
  public static final int WEBHOOK_URL_LENGTH_MAX = 2_000;

  private static final int ONE_IN_MIN = 2;
  private static final int ONE_IN_MAX = 1_000_000_000;
  private static final int PER_DAY_MAX = 10_000;
  private static final Pattern SECRET = Pattern.compile("[!-~]{16,200}");
  private static final Pattern QUERY_ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private StandingQueryBounds() {}

  /// Whether a text can be the id of a standing query.
  public static boolean isQueryId(String id) {
    return QUERY_ID.matcher(id).matches();
  }

  /// How rare a match by likeness is: one in about this many images.
  public static int oneIn(StandingQuery query) {
    return query.getOneIn() == 0 ? ONE_IN_DEFAULT : query.getOneIn();
  }

  /// Checks a standing query.
  ///
  /// @param key of its record
  /// @throws IllegalArgumentException naming the field that is out of bounds
  public static void check(String key, StandingQuery query) {
    require(isQueryId(query.getQueryId()), "query_id must match " + QUERY_ID.pattern());
    require(query.getQueryId().equals(key), "the key of the record is not the query_id");
    atMost("name", query.getName().length(), NAME_LENGTH_MAX);
    atMost("filter", query.getFilter().length(), FILTER_LENGTH_MAX);
    atMost("text", query.getText().length(), TEXT_LENGTH_MAX);
    int oneIn = oneIn(query);
    require(
        oneIn >= ONE_IN_MIN && oneIn <= ONE_IN_MAX,
        "one_in is %s, not %d to %d"
            .formatted(Integer.toUnsignedString(oneIn), ONE_IN_MIN, ONE_IN_MAX));
    checkPerDay(query);
    require(
        !query.getPhoto() || query.getSketch().getFormCase() == Sketch.FormCase.RASTER,
        "the photo is not an image file");
    if (query.hasSketch()) {
      int size = query.getSketch().getSerializedSize();
      require(size <= SKETCH_SIZE_MAX, "the sketch is larger than " + SKETCH_SIZE_MAX + " bytes");
      require(
          query.getSketch().getFormCase() != Sketch.FormCase.FORM_NOT_SET,
          "the sketch has neither strokes nor an image file");
    }
    if (query.hasImageId()) {
      require(ImageKey.isId(query.getImageId()), "image_id is not " + ImageKey.RULE);
    }
    require(
        query.getLikenessCase() != StandingQuery.LikenessCase.LIKENESS_NOT_SET
            || !query.getFilter().isBlank()
            || !query.getText().isBlank(),
        "the query is empty: no sketch, image, filter or text");
    require(query.hasCreatedAt(), "created_at is missing");
    if (query.hasWebhook()) {
      check(query.getWebhook());
    }
    int whole = query.getSerializedSize();
    require(whole <= SIZE_MAX, "the query has %d bytes, more than %d".formatted(whole, SIZE_MAX));
  }

  private static void checkPerDay(StandingQuery query) {
    int perDay = query.getPerDay();
    if (perDay == 0) {
      return;
    }
    require(
        perDay > 0 && perDay <= PER_DAY_MAX,
        "per_day is %s, not 1 to %d".formatted(Integer.toUnsignedString(perDay), PER_DAY_MAX));
    require(query.getOneIn() == 0, "the query has both one_in and per_day: give one of them");
    require(
        query.getLikenessCase() != StandingQuery.LikenessCase.LIKENESS_NOT_SET,
        "per_day needs a sketch or an image, whose best matches it limits");
  }

  /// The query service decides which URLs may be called.
  private static void check(Webhook webhook) {
    require(!webhook.getUrl().isEmpty(), "the webhook has no url");
    atMost("the url of the webhook", webhook.getUrl().length(), WEBHOOK_URL_LENGTH_MAX);
    require(
        SECRET.matcher(webhook.getSecret()).matches(),
        "the secret of the webhook is not 16 to 200 printable ASCII characters");
  }

  private static void atMost(String field, int length, int max) {
    require(length <= max, "%s has %d characters, more than %d".formatted(field, length, max));
  }

  private static void require(boolean valid, String reason) {
    if (!valid) {
      throw new IllegalArgumentException(reason);
    }
  }
}
