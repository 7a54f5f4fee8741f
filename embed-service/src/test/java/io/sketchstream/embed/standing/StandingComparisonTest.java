package io.sketchstream.embed.standing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.sketchstream.embed.standing.StandingComparison.Differences;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class StandingComparisonTest {
  private static final int KEYS_MAX = 10;

  private final StandingComparison comparison = new StandingComparison(KEYS_MAX);
  private long offset;

  /// Any client may write to both topics.
  @Test
  void recordsThatAreNotValidTakeUpNoRoom() {
    for (int i = 0; i < 100; i++) {
      comparison.query(record("invalid-" + i, new byte[] {1, 2, 3}));
      comparison.query(record("removed-" + i, null));
      comparison.embedding(record("removed-" + i, null));
    }
    comparison.query(record("ours", query("ours").toByteArray()));
    comparison.query(record("embedded", query("embedded").toByteArray()));
    comparison.embedding(record("embedded", embedded("embedded")));
    comparison.embedding(record("stale", embedded("stale")));
    Differences differences = comparison.differences(5);
    assertTrue(differences.quota().keeps("ours"));
    assertEquals(Map.of("ours", 300L, "stale", -1L), texts(differences));
  }

  @Test
  void embeddingsOfOthersHoldUpNoRepair() {
    comparison.query(record("ours", query("ours").toByteArray()));
    for (int i = 0; i < 100; i++) {
      comparison.embedding(record("other-" + i, embedded("other-" + i)));
    }
    Set<String> repaired = texts(comparison.differences(5)).keySet();
    assertTrue(repaired.contains("ours"));
    assertEquals(KEYS_MAX + 1, repaired.size());
  }

  private static Map<String, Long> texts(Differences differences) {
    return differences.answered().entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> new String(entry.getKey().get(), UTF_8), Map.Entry::getValue));
  }

  private static StandingQuery query(String id) {
    return StandingQuery.newBuilder()
        .setQueryId(id)
        .setText("boat")
        .setCreatedAt(Timestamp.newBuilder().setSeconds(1))
        .build();
  }

  private static byte[] embedded(String id) {
    return StandingQueryEmbedded.newBuilder().setQuery(query(id)).build().toByteArray();
  }

  private ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
    return new ConsumerRecord<>("topic", 0, offset++, key.getBytes(UTF_8), value);
  }
}
