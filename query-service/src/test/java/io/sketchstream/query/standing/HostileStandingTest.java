package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Instants;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.Stroke;
import io.sketchstream.events.Strokes;
import io.sketchstream.events.Topics;
import io.sketchstream.events.Webhook;
import io.sketchstream.query.standing.GenerationWatch.Embedded;
import io.sketchstream.score.Score;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whatever a field of a standing query or of its vector holds, it is left out, or can be compared;
/// the others are compared in any case.
final class HostileStandingTest {
  private static final int DIMENSION = 2;

  private static StandingQuery query(String id) {
    return StandingQuery.newBuilder()
        .setQueryId(id)
        .setName("name")
        .setSketch(
            Sketch.newBuilder()
                .setStrokes(
                    Strokes.newBuilder().addStrokes(Stroke.newBuilder().addX(1).addY(2).build())))
        .setFilter("tag:a")
        .setText("word")
        .setOneIn(1000)
        .setCreatedAt(Timestamp.newBuilder().setSeconds(1))
        .setUntil(Timestamp.newBuilder().setSeconds(4_000_000_000L))
        .setWebhook(
            Webhook.newBuilder().setUrl("https://example.org").setSecret("0123456789abcdef"))
        .build();
  }

  private static StandingQueryEmbedded embedded(String id, float... vector) {
    StandingQueryEmbedded.Builder event =
        StandingQueryEmbedded.newBuilder().setQuery(query(id)).setGeneration("g1");
    for (float x : vector) {
      event.addVector(x);
    }
    return event.build();
  }

  @Test
  void theRegistryGoesOnWhateverAFieldHolds() {
    int leftOut = 0;
    for (Row row : HostileMessages.of(query("hostile"))) {
      StandingTable table = new StandingTable(3, 1);
      try {
        table =
            table.with(
                "hostile",
                Topics.STANDING_QUERIES.valueSerde().deserializer().deserialize("", row.bytes()));
      } catch (RuntimeException _) {
        leftOut++;
      }
      table = table.with("next", query("next"));
      assertTrue(table.find("next").isPresent(), row.name());
      for (StandingEntry entry : table.all()) {
        assertTrue(entry.createdMicros() <= Long.MAX_VALUE / 2, row.name());
        assertTrue(!entry.isExpired(Instants.of(entry.query().getUntil())), row.name());
      }
    }
    assertTrue(leftOut > 20, leftOut + " were left out");
  }

  @Test
  void everyOtherQueryIsComparedWhateverAFieldHolds() {
    StandingQueryEmbedded example =
        embedded("hostile", 1, 0).toBuilder().setRefusal("reason").build();
    for (int dimension : new int[] {0, DIMENSION}) {
      int leftOut = 0;
      List<Row> rows = new ArrayList<>(HostileMessages.of(example));
      rows.add(new Row("one component too many", embedded("hostile", 1, 0, 0).toByteArray()));
      rows.add(new Row("one too few", embedded("hostile", 1).toByteArray()));
      for (Row row : rows) {
        Map<String, Embedded> embeddings = new HashMap<>();
        try {
          embeddings =
              GenerationWatch.with(
                  embeddings,
                  dimension,
                  "hostile",
                  Topics.standingQueryEmbeddings(StandingFixture.FIRST)
                      .valueSerde()
                      .deserializer()
                      .deserialize("", row.bytes()));
        } catch (RuntimeException _) {
          leftOut++;
        }
        embeddings =
            GenerationWatch.with(embeddings, dimension, "next", embedded("next", .6f, .8f));
        assertEquals(1, hits(embeddings), row.name());
      }
      assertTrue(leftOut > 5, leftOut + " were left out");
    }
  }

  /// How often the valid query is hit by the one image that equals it.
  private static int hits(Map<String, Embedded> embeddings) {
    List<WatchedQuery> watched = new ArrayList<>();
    embeddings.forEach((id, embedded) -> {
      if (embedded.vector().length > 0) {
        WatchedQuery one =
            new WatchedQuery(
                StandingEntry.of(id, query(id)), Score.searchVector(embedded.vector()));
        one.calibrated(.9f);
        watched.add(one);
      }
    });
    Watched all = Watched.of(watched);
    List<String> hit = new ArrayList<>();
    all.matrix()
        .above(
            List.of(Score.indexVector(new float[] {.6f, .8f}, 0)),
            all.thresholds(),
            (row, _, _) -> hit.add(all.drawn().get(row).entry().id()));
    return (int) hit.stream().filter("next"::equals).count();
  }

  @Test
  void aVectorOfAnotherDimensionIsLeftOutAndRemovesWhatWasThere() {
    Map<String, Embedded> embeddings =
        GenerationWatch.with(new HashMap<>(), DIMENSION, "a", embedded("a", 1, 0));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> GenerationWatch.with(embeddings, DIMENSION, "a", embedded("a", 1, 0, 0)));
    assertEquals(
        "its vector has 3 dimensions, those of its generation have 2", refused.getMessage());
    assertEquals(0, embeddings.size());
  }
}
