package io.sketchstream.embed;

import static io.sketchstream.embed.SketchLoopTest.assertVector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sketches whose callers do not wait any more.
final class SketchDeadlinesTest {
  private static final SearchRequest REQUEST =
      SearchRequest.newBuilder().setK(5).setReplyPartition(3).build();

  @TempDir static Path home;
  private static TestKafka kafka;

  private final FakeEncoder encoder = FakeEncoder.fast(7);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeAll
  static void start() throws Exception {
    kafka = new TestKafka(home);
    kafka.model(new Generation("s1"), ModelState.ACTIVE, 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void answersAnExpiredSketchWithoutEncodingIt() throws Exception {
    long second = Instant.now().getEpochSecond();
    try (Embedder _ = kafka.embedder(_ -> encoder, TestKafka.options(16, 1), registry)) {
      kafka.sketch("q-clock", "before the first answer it has no clock", REQUEST);
      assertVector(encoder, "before the first answer it has no clock", kafka.answer("q-clock"));
      kafka.sketch("q-late", "late", deadline(second - 60));
      kafka.sketch("q-absurd", "absurd", deadline(Long.MIN_VALUE));
      kafka.sketch("q-early", "early", deadline(Long.MAX_VALUE));
      assertEquals(SearchErrorCode.DEADLINE_EXCEEDED, kafka.answer("q-late").getError().getCode());
      assertEquals(
          SearchErrorCode.DEADLINE_EXCEEDED, kafka.answer("q-absurd").getError().getCode());
      assertVector(encoder, "early", kafka.answer("q-early"));
      assertEquals(2, encoder.passes.size());
    }
  }

  /// Two hours here, three days at the caller.
  @Test
  void recognisesExpiredSketchesDespiteWrongClocks() throws Exception {
    Instant submitted = Instant.now().minus(Duration.ofDays(3));
    SearchRequest request =
        REQUEST.toBuilder()
            .setSubmittedAt(Instants.timestamp(submitted))
            .setDeadline(Instants.timestamp(submitted.plusSeconds(60)))
            .build();
    try (Embedder _ =
        kafka.embedder(_ -> encoder, registry, () -> Instant.now().plus(Duration.ofHours(2)))) {
      for (String query : List.of("q-first", "q-second")) {
        kafka.sketch(query, "a cat", request);
        assertVector(encoder, "a cat", kafka.answer(query));
      }
      Instant deadline = Instants.of(kafka.answer("q-second").getRequest().getDeadline());
      assertTrue(deadline.isAfter(Instant.now()), "by the broker's time from here on");
      assertTrue(deadline.isBefore(Instant.now().plusSeconds(61)), deadline.toString());
      kafka.sketch(
          "q-over",
          "over",
          request.toBuilder().setDeadline(Instants.timestamp(submitted.minusSeconds(60))).build());
      assertEquals(SearchErrorCode.DEADLINE_EXCEEDED, kafka.answer("q-over").getError().getCode());
    }
  }

  private static SearchRequest deadline(long seconds) {
    return REQUEST.toBuilder().setDeadline(Timestamp.newBuilder().setSeconds(seconds)).build();
  }
}
