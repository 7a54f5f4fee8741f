package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.ShardStore;
import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

/// Kafka refuses what is written to `matches`.
final class UnwritableMatchesTest extends StandingFixture {
  @Test
  void imagesAreFoundAndCommittedAndTheirMatchesComeLater() throws Exception {
    fill(Duration.ofHours(1));
    WatchingProcess process = startFilled("first");
    StandingQuery query =
        StandingQuery.newBuilder()
            .setQueryId("tagged")
            .setFilter("tag:new")
            .setCreatedAt(Instants.timestamp(Instant.now()))
            .build();
    register(process, query);
    embedded(FIRST, query, new float[0]);
    awaitWatching(process, List.of(query));
    List<Long> opened = opened(process);
    recordsOfAtMost("1");
    image(FIRST, "while refused", random(1), Instant.now(), "new");
    Await.until("it is found", () -> process.documents(FIRST) > THERE);
    Await.until("it is committed", () -> left() == 0);
    assertTrue(reported().isEmpty());
    image(FIRST, "while refused too", random(3), Instant.now(), "other");
    Await.until("it is found", () -> process.documents(FIRST) > THERE + 1);
    Await.until("it is committed", () -> left() == 0);
    assertEquals(opened, opened(process), "a shard was opened again");
    recordsOfAtMost("1000000");
    Await.until(
        "its match is reported", () -> standing().contains(pair("tagged", "while refused")));
    image(FIRST, "afterwards", random(2), Instant.now(), "new");
    Await.until("the next one", () -> standing().contains(pair("tagged", "afterwards")));
  }

  /// A number for each time that a shard was opened.
  private static List<Long> opened(WatchingProcess process) {
    return process.index(FIRST).orElseThrow().shards().stream()
        .map(ShardStore::lastRetreat)
        .sorted()
        .toList();
  }

  private long left() throws Exception {
    LogOffsets offsets = new LogOffsets(admin, Duration.ofSeconds(10));
    String topic = Topics.imageEmbeddings(FIRST).name();
    Map<TopicPartition, Long> committed = offsets.committed(FIRST.queryApplication());
    return offsets.ends(offsets.partitions(topic)).entrySet().stream()
        .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
        .sum();
  }

  private void recordsOfAtMost(String bytes) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, Topics.MATCHES.name()),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes),
                        AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }
}
