package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StandingQueryBoundsTest {
  private static final StandingQuery VALID =
      StandingQuery.newBuilder()
          .setQueryId("boats")
          .setName("Boats")
          .setImageId("image-1")
          .setCreatedAt(Timestamp.newBuilder().setSeconds(1))
          .build();

  /// What is refused, and which word the reason must have.
  enum Bad {
    ID_EMPTY("query_id", query -> query.setQueryId("")),
    ID_WITH_BLANK("query_id", query -> query.setQueryId("a b")),
    ID_LONG("query_id", query -> query.setQueryId("a".repeat(101))),
    UNKNOWN_FIELD_LARGE("bytes", query -> query.setUnknownFields(unknown(2 << 20))),
    WEBHOOK_UNKNOWN_FIELD_LARGE(
        "bytes",
        query ->
            query.setWebhook(
                Webhook.newBuilder()
                    .setUrl("https://a")
                    .setSecret("s".repeat(16))
                    .setUnknownFields(unknown(2 << 20)))),
    OTHER_KEY("key", query -> query.setQueryId("other")),
    NAME_LONG("name", query -> query.setName("n".repeat(201))),
    FILTER_LONG("filter", query -> query.setFilter("f".repeat(4097))),
    TEXT_LONG("text", query -> query.setText("t".repeat(501))),
    ONE_IN_ONE("one_in", query -> query.setOneIn(1)),
    PER_DAY_UNSIGNED("per_day", query -> query.setPerDay(-1)),
    PER_DAY_LARGE("per_day", query -> query.setPerDay(10_001)),
    PER_DAY_AND_ONE_IN("per_day", query -> query.setPerDay(5).setOneIn(5)),
    PER_DAY_OF_WORDS("per_day", query -> query.clearLikeness().setText("boat").setPerDay(5)),
    ONE_IN_UNSIGNED("one_in", query -> query.setOneIn(-1)),
    IMAGE_EMPTY("image_id", query -> query.setImageId("")),
    IMAGE_LONG("image_id", query -> query.setImageId("i".repeat(1025))),
    SKETCH_EMPTY("sketch", query -> query.setSketch(Sketch.getDefaultInstance())),
    SKETCH_LARGE(
        "sketch",
        query ->
            query.setSketch(
                Sketch.newBuilder().setRaster(ByteString.copyFrom(new byte[(1 << 20) + 1])))),
    PHOTO_OF_STROKES(
        "photo",
        query ->
            query
                .setPhoto(true)
                .setSketch(Sketch.newBuilder().setStrokes(Strokes.getDefaultInstance()))),
    PHOTO_OF_IMAGE("photo", query -> query.setPhoto(true)),
    NOTHING("is empty", StandingQuery.Builder::clearImageId),
    NO_URL("url", query -> query.setWebhook(Webhook.newBuilder().setSecret("x".repeat(20)))),
    SHORT_SECRET(
        "secret",
        query -> query.setWebhook(Webhook.newBuilder().setUrl("https://a").setSecret("short"))),
    NO_TIME("created_at", StandingQuery.Builder::clearCreatedAt);

    private final String word;
    private final UnaryOperator<StandingQuery.Builder> change;

    Bad(String word, UnaryOperator<StandingQuery.Builder> change) {
      this.word = word;
      this.change = change;
    }
  }

  @ParameterizedTest
  @EnumSource(Bad.class)
  void refusesWithTheReason(Bad bad) {
    StandingQuery query = bad.change.apply(VALID.toBuilder()).build();
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> StandingQueryBounds.check("boats", query));
    assertTrue(refusal.getMessage().contains(bad.word), refusal.getMessage());
  }

  @Test
  void acceptsValuesWithinTheBounds() {
    assertDoesNotThrow(() -> StandingQueryBounds.check("boats", VALID));
    assertDoesNotThrow(() ->
        StandingQueryBounds.check("boats", VALID.toBuilder().clearImageId().setText("a").build()));
    assertDoesNotThrow(() ->
        StandingQueryBounds.check("boats", VALID.toBuilder().setOneIn(1_000_000_000).build()));
    assertEquals(StandingQueryBounds.ONE_IN_DEFAULT, StandingQueryBounds.oneIn(VALID));
  }

  private static UnknownFieldSet unknown(int size) {
    return UnknownFieldSet.newBuilder()
        .addField(
            18_000,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(new byte[size]))
                .build())
        .build();
  }
}
