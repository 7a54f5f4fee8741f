package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.query.standing.GenerationWatch.Embedded;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Any client may write to `standing-query-embeddings-g`.
final class ForeignEmbeddingsTest {
  @Test
  void embeddingsOfNoQueryAreBoundedAndPushNoneOut() {
    Predicate<String> isRegistered = id -> id.startsWith("ours");
    Map<String, Embedded> embeddings = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      embeddings = with(embeddings, "ours-" + i);
    }
    for (int i = 0; i < 1_000; i++) {
      embeddings = with(embeddings, "other-" + i);
      embeddings = GenerationWatch.bounded(embeddings, 10, isRegistered);
      assertTrue(embeddings.size() <= 30, embeddings.size() + " are held");
    }
    for (int i = 0; i < 10; i++) {
      assertTrue(embeddings.containsKey("ours-" + i));
    }
    assertTrue(embeddings.containsKey("other-999"));
  }

  @Test
  void anEmbeddingOfNoIdIsLeftOut() {
    Map<String, Embedded> embeddings = new LinkedHashMap<>();
    assertThrows(IllegalArgumentException.class, () -> with(embeddings, "x".repeat(1 << 20)));
    assertTrue(embeddings.isEmpty());
  }

  private static Map<String, Embedded> with(Map<String, Embedded> embeddings, String id) {
    StandingQueryEmbedded event =
        StandingQueryEmbedded.newBuilder()
            .setQuery(
                StandingQuery.newBuilder()
                    .setQueryId(id)
                    .setCreatedAt(Timestamp.newBuilder().setSeconds(1)))
            .addVector(1)
            .build();
    return GenerationWatch.with(embeddings, 0, id, event);
  }
}
