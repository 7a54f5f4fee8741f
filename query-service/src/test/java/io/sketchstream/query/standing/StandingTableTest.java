package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.StandingQuery;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class StandingTableTest {
  private static final int QUERIES = 20_000;

  /// Who follows the table looks at its entries when the version has changed, and not again.
  @Test
  void showsTheChangeOfEveryVisibleVersion() throws InterruptedException {
    StandingTable table = new StandingTable(QUERIES, 1);
    AtomicInteger missed = new AtomicInteger();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              for (long seen = 0; seen < QUERIES; seen = table.version()) {
                if (seen > 0 && table.find("q" + (seen - 1)).isEmpty()) {
                  missed.incrementAndGet();
                }
              }
            });
    for (int i = 0; i < QUERIES; i++) {
      StandingTable _ = table.with("q" + i, query("q" + i, "tag:a"));
    }
    reader.join();
    assertEquals(0, missed.get());
  }

  @Test
  void removesTheQueryOfAnInvalidRecord() {
    StandingTable table = new StandingTable(1, 1).with("a", query("a", "tag:a"));
    assertThrows(IllegalArgumentException.class, () -> table.with("b", query("b", "tag:b")));
    assertThrows(IllegalArgumentException.class, () -> table.with("a", invalid("a")));
    assertEquals(List.of("b"), ids(table), "there is room for it now");
    assertEquals(3, table.version());
    assertThrows(IllegalArgumentException.class, () -> table.with("b", invalid("b")));
    assertEquals(List.of(), ids(table));
  }

  /// Only this service knows filters, and the embed service has to keep the same queries.
  @Test
  void aQueryWithARefusedFilterTakesUpRoom() {
    StandingTable table = new StandingTable(1, 1).with("a", query("a", "tag:a"));
    assertThrows(IllegalArgumentException.class, () -> table.with("a", query("a", "tag:")));
    assertEquals(List.of(), ids(table));
    assertFalse(table.hasRoomFor("b"));
    assertTrue(table.hasRoomFor("a"));
    assertThrows(IllegalArgumentException.class, () -> table.with("b", query("b", "tag:b")));
    assertEquals(List.of("b"), ids(table.with("a", null)));
  }

  @Test
  void whatHadNoRoomComesInWhenThereIsSome() {
    StandingTable table = new StandingTable(2, 1);
    for (String id : List.of("a", "b")) {
      StandingTable _ = table.with(id, query(id, "tag:a"));
    }
    for (String id : List.of("c", "d", "removed again")) {
      assertThrows(IllegalArgumentException.class, () -> table.with(id, query(id, "tag:a")));
    }
    assertThrows(IllegalArgumentException.class, () -> table.with("c", query("c", "tag:changed")));
    assertTrue(table.refusal("c").orElseThrow().contains("waits"));
    StandingTable _ = table.with("removed again", null);
    StandingTable _ = table.with("a", null);
    assertEquals(List.of("b", "d"), ids(table), "c was registered after d");
    assertEquals(Optional.empty(), table.refusal("d"));
    assertThrows(IllegalArgumentException.class, () -> table.with("b", query("b", "tag:last")));
    assertEquals(List.of("c", "d"), ids(table), "b was registered after c");
    assertEquals("tag:changed", table.find("c").orElseThrow().query().getFilter());
    StandingTable _ = table.with("c", null);
    assertEquals(List.of("b", "d"), ids(table));
    assertEquals("tag:last", table.find("b").orElseThrow().query().getFilter());
  }

  private static List<String> ids(StandingTable table) {
    return table.all().stream().map(StandingEntry::id).sorted().toList();
  }

  /// Who writes to Kafka has no other answer.
  @Test
  void tellsWhyAQueryWasRefused() {
    StandingTable table = new StandingTable(1, 1);
    assertThrows(IllegalArgumentException.class, () -> table.with("a", query("a", "tag:")));
    assertTrue(table.refusal("a").orElseThrow().contains("tag"));
    assertThrows(IllegalArgumentException.class, () -> table.with("other", query("other", "(")));
    assertEquals(Optional.empty(), table.refusal("other"), "no more than there may be queries");
    StandingTable _ = table.with("other", null); // It would be next.
    assertEquals(Optional.empty(), table.with("a", query("a", "tag:a")).refusal("a"));
  }

  /// Beyond the bounds that every reader knows.
  private static StandingQuery invalid(String id) {
    return query(id, "tag:a").toBuilder().setOneIn(1).build();
  }

  private static StandingQuery query(String id, String filter) {
    return StandingQuery.newBuilder()
        .setQueryId(id)
        .setFilter(filter)
        .setCreatedAt(Timestamp.getDefaultInstance())
        .build();
  }
}
