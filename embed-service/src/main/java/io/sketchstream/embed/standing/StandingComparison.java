package io.sketchstream.embed.standing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.embed.loops.PartitionScan;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.StandingQuota;
import io.sketchstream.shell.kafka.KafkaClients;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.jboss.logging.Logger;

/// Compares the last record of each standing query with the last one in the embeddings of a
/// generation. They differ where another instance wrote late, where embeddings are gone, or where
/// the quota has changed.
///
/// **Threads:** the loop's.
final class StandingComparison {
  private static final Logger LOG = Logger.getLogger(StandingComparison.class);

  /// Keys in memory, about 200 bytes each; further ones are not compared. Only valid queries, and
  /// embeddings that are there, take up room.
  private static final int KEYS_MAX = 100_000;

  private final int keysMax;
  private final Map<Bytes, Last> queries = new HashMap<>();
  private final Map<Bytes, Last> embeddings = new HashMap<>();
  private boolean full;

  /// @param keysMax queries in memory, and as many embeddings
  StandingComparison(int keysMax) {
    this.keysMax = keysMax;
  }

  /// The last record of a key.
  ///
  /// @param content of the query without its sketch
  private record Last(long offset, long content) {}

  /// @param answered offset of the last record in `standing-queries` that is to be answered again,
  ///   by key; -1 where there is none any more, and a removal is to be written
  /// @param quota the queries that there is room for, with the offsets of those that wait
  record Differences(Map<Bytes, Long> answered, StandingQuota<Long> quota) {}

  /// A part of a partition.
  ///
  /// @param from first offset
  /// @param end offset after the last
  record Part(TopicPartition partition, long from, long end) {}

  /// Reads both to their ends.
  ///
  /// @param countMax most queries that are embedded
  static Differences find(KafkaClients clients, Part queries, Part embeddings, int countMax) {
    StandingComparison comparison = new StandingComparison(KEYS_MAX);
    read(clients, queries, comparison::query);
    read(clients, embeddings, comparison::embedding);
    return comparison.differences(countMax);
  }

  private static void read(
      KafkaClients clients, Part part, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    try (PartitionScan scan =
        new PartitionScan(
            clients,
            "embed-compare-" + part.partition(),
            part.partition(),
            part.from(),
            part.end())) {
      boolean more = true;
      while (more) {
        more = scan.step(each);
      }
    }
  }

  void query(ConsumerRecord<byte[], byte[]> record) {
    ReceivedQuery received = ReceivedQuery.of(record);
    if (received.isAnswered()) {
      full |=
          !put(
              queries, record, received.query().map(StandingComparison::contentOfQuery).orElse(0L));
    }
  }

  private static long contentOfQuery(StandingQuery query) {
    return content(query.toBuilder().clearSketch().clearWebhook().build());
  }

  void embedding(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    long content = 0;
    if (record.value() != null) {
      try {
        content = content(StandingQueryEmbedded.parseFrom(record.value()).getQuery());
      } catch (InvalidProtocolBufferException _) {
        content = -1; // Differs from any.
      }
    }
    boolean _ = put(embeddings, record, content); // One that has no room is made again.
  }

  private static long content(StandingQuery query) {
    return 1L + Integer.toUnsignedLong(Arrays.hashCode(query.toByteArray()));
  }

  /// @param content 0 where it is removed or not valid
  /// @return false when there is no room for it
  private boolean put(Map<Bytes, Last> last, ConsumerRecord<byte[], byte[]> record, long content) {
    Bytes key = Bytes.wrap(record.key());
    if (content == 0) {
      last.remove(key);
    } else if (last.size() < keysMax || last.containsKey(key)) {
      last.put(key, new Last(record.offset(), content));
    } else {
      return false;
    }
    return true;
  }

  Differences differences(int countMax) {
    StandingQuota<Long> quota = quota(countMax);
    Map<Bytes, Long> differing = new HashMap<>();
    queries.forEach((key, query) -> {
      long wanted = quota.keeps(text(key)) ? query.content() : 0;
      Last embedded = embeddings.get(key);
      if (wanted != (embedded == null ? 0 : embedded.content())) {
        differing.put(key, query.offset());
      }
    });
    if (full) {
      LOG.warnf("more than %d standing queries: some are not compared", keysMax);
    } else {
      embeddings.forEach((key, embedded) -> {
        if (!queries.containsKey(key)) {
          differing.put(key, -1L);
        }
      });
    }
    return new Differences(differing, quota);
  }

  private StandingQuota<Long> quota(int countMax) {
    StandingQuota<Long> quota = new StandingQuota<>(countMax);
    queries.entrySet().stream()
        .sorted(Comparator.comparingLong(query -> query.getValue().offset()))
        .forEach(query -> quota.add(text(query.getKey()), query.getValue().offset()));
    return quota;
  }

  private static String text(Bytes key) {
    return new String(key.get(), UTF_8);
  }
}
