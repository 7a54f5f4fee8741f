package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.SearchError;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.StageTiming;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a field of an embedded sketch or of a page's cursor holds, there is one answer, small,
/// and its error is the caller's, not an internal one.
final class HostileSearchesTest {
  private static final int ANSWER_SIZE_MAX = 16 << 10;

  private final SketchSearcher searcher =
      new SketchSearcher(
          new GenerationSearcher(
              (_, _) -> Optional.empty(),
              null, // No generation is served, so nobody is asked.
              new WrittenPositions(Map::of),
              null,
              InstantSource.system()),
          new SearchMetrics(new SimpleMeterRegistry(), Tracing.OFF),
          InstantSource.system(),
          new BrokerClock(InstantSource.system()),
          Duration.ofSeconds(30));

  static List<Row> sketches() {
    return HostileMessages.of(
        SketchEmbedded.newBuilder()
            .setQueryId("q")
            .setGeneration("g1")
            .addVector(1)
            .setError(SearchError.newBuilder().setCode(SearchErrorCode.BAD_SKETCH).setMessage("m"))
            .setRequest(request())
            .addTimings(StageTiming.newBuilder().setStage("embed").setMicros(7))
            .build());
  }

  static List<Row> requests() {
    return HostileMessages.of(request());
  }

  static List<Row> cursors() {
    return HostileMessages.of(
        SearchCursor.newBuilder()
            .setGeneration("g1")
            .setScore(.5f)
            .setImageId("a")
            .setRank(10)
            .setExpanded(ByteString.copyFrom(new byte[] {127}))
            .build());
  }

  private static SearchRequest request() {
    return SearchRequest.newBuilder()
        .setK(10)
        .setFilter("tag:cat")
        .setText("cat")
        .setReplyPartition(1)
        .addAfter(ImagePosition.newBuilder().setOffset(1))
        .setSubmittedAt(Timestamp.newBuilder().setSeconds(1_800_000_000))
        .setDeadline(Timestamp.newBuilder().setSeconds(4_000_000_000L))
        .setGeneration("g1")
        .build();
  }

  @ParameterizedTest
  @MethodSource("sketches")
  void answersEverySketch(Row row) throws Exception {
    if (row.bytes() != null) {
      try {
        answer(SketchEmbedded.parseFrom(row.bytes()));
      } catch (InvalidProtocolBufferException _) {
        // The loop's dead letter.
      }
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void answersEveryRequest(Row row) throws Exception {
    if (row.bytes() != null) {
      try {
        answer(sketch(SearchRequest.parseFrom(row.bytes())));
      } catch (InvalidProtocolBufferException _) {
        // The loop's dead letter.
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cursors")
  void answersEveryCursor(Row row) throws Exception {
    if (row.bytes() != null) {
      String cursor = Base64.getUrlEncoder().encodeToString(row.bytes());
      answer(sketch(request().toBuilder().clearText().setSearchAfter(cursor).build()));
    }
  }

  /// Such as that of a record whose request was too large to be kept.
  @Test
  void tellsTheReasonWhyASketchWasNotEmbedded() throws Exception {
    SketchEmbedded refused =
        SketchEmbedded.newBuilder()
            .setQueryId("q")
            .setError(
                SearchError.newBuilder()
                    .setCode(SearchErrorCode.BAD_SKETCH)
                    .setMessage("not a SketchSubmitted"))
            .build();
    SearchAnswered answer =
        searcher.answer(
            new ConsumerRecord<>("sketch-embeddings", 0, 0, new byte[0], new byte[0]),
            refused,
            Optional.empty());
    assertEquals(refused.getError(), answer.getError());
  }

  private static SketchEmbedded sketch(SearchRequest request) {
    return SketchEmbedded.newBuilder()
        .setQueryId("q")
        .setGeneration("g1")
        .addVector(1)
        .setRequest(request)
        .build();
  }

  private void answer(SketchEmbedded sketch) throws InterruptedException {
    SearchAnswered answer =
        searcher.answer(
            new ConsumerRecord<>("sketch-embeddings", 0, 0, new byte[0], new byte[0]),
            sketch,
            Optional.empty());
    assertTrue(answer.hasError(), "no generation is served");
    assertEquals("", answer.getNext());
    assertTrue(answer.getSerializedSize() < ANSWER_SIZE_MAX, answer.getSerializedSize() + " bytes");
    if (!sketch.hasError()) {
      assertNotEquals(
          SearchErrorCode.SEARCH_ERROR_CODE_UNSPECIFIED,
          answer.getError().getCode(),
          answer.getError().getMessage());
    }
  }
}
