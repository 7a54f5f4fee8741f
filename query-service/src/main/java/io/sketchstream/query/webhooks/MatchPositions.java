package io.sketchstream.query.webhooks;

import io.sketchstream.events.MatchBounds;
import io.sketchstream.events.MatchPosition;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.TopicIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jboss.logging.Logger;

/// Reads `matches` for all webhooks, and commits the offsets from which it would have to be read
/// again, with Kafka's id of the topic. Partitions are assigned manually, as [WebhookNotes] decides
/// which process reads. Positions in a topic that was deleted and recreated don't count: it is read
/// from its beginning.
///
/// **Threads:** one. **Owns:** its Kafka clients.
final class MatchPositions implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(MatchPositions.class);
  private static final String GROUP = "query-webhooks";
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final TopicIdentity identity;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<Integer, Long> read = new HashMap<>();
  private final Map<Integer, Long> ends = new HashMap<>();
  private final boolean renewed;
  private Map<Integer, Long> committed = Map.of();

  /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer
  MatchPositions(KafkaClients clients) {
    identity = new TopicIdentity(clients, GROUP, Topics.MATCHES.name());
    try {
      consumer = open(clients, Map.of(ConsumerConfig.GROUP_ID_CONFIG, GROUP));
    } catch (RuntimeException e) {
      identity.close();
      throw e;
    }
    try {
      partitions = partitions();
      consumer.assign(partitions);
      renewed = !isOfThisTopic(consumer.committed(Set.copyOf(partitions), CALL_MAX).values());
      if (renewed) {
        consumer.seekToBeginning(partitions);
      }
      partitions.forEach(p -> read.put(p.partition(), consumer.position(p, CALL_MAX)));
      consumer.endOffsets(partitions, CALL_MAX).forEach((p, end) -> ends.put(p.partition(), end));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Whether there are offsets, and none of a former topic. Kafka deletes them with the topic; a
  /// reader that does not know yet commits them again.
  private boolean isOfThisTopic(Collection<OffsetAndMetadata> offsets) {
    List<OffsetAndMetadata> known = offsets.stream().filter(Objects::nonNull).toList();
    return !known.isEmpty()
        && known.stream()
            .map(OffsetAndMetadata::metadata)
            .allMatch(id -> id.isEmpty() || id.equals(identity.id()));
  }

  /// If the next record was deleted by retention, the oldest existing one is next.
  static KafkaConsumer<byte[], byte[]> open(KafkaClients clients, Map<String, Object> own) {
    Map<String, Object> settings = new HashMap<>(own);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return clients.reader(GROUP, settings);
  }

  private List<TopicPartition> partitions() {
    return consumer.partitionsFor(Topics.MATCHES.name(), CALL_MAX).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  Iterable<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
    return consumer.poll(timeout);
  }

  /// A record is done.
  void taken(ConsumerRecord<byte[], byte[]> record) {
    read.put(record.partition(), record.offset() + 1);
  }

  /// All records of the last poll are done.
  void allTaken() {
    partitions.forEach(p -> read.put(p.partition(), consumer.position(p, CALL_MAX)));
  }

  /// The next offset to read, by partition. Changes with reading.
  Map<Integer, Long> read() {
    return read;
  }

  /// A note with offsets that exist in this topic. One beyond the end of its partition is not a
  /// position: whoever waited for it would miss all matches until then. It becomes that of this
  /// reader.
  WebhookChanged within(WebhookChanged note) {
    WebhookChanged.Builder within = note.toBuilder().clearRemaining();
    for (MatchPosition position : note.getRemainingList()) {
      Long end = ends.get(position.getPartition());
      if (end != null) {
        within.addRemaining(
            !renewed && position.getOffset() <= end
                ? position
                : position.toBuilder().setOffset(read.get(position.getPartition())).build());
      }
    }
    return within.build();
  }

  /// Commits where to continue after a crash.
  ///
  /// @param anyway also unchanged offsets: Kafka drops offsets that are not committed for a week
  void commit(Map<Integer, Long> next, boolean anyway) {
    if (!anyway && next.equals(committed)) {
      return;
    }
    consumer.commitSync(
        next.entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> new TopicPartition(Topics.MATCHES.name(), entry.getKey()),
                    entry -> new OffsetAndMetadata(entry.getValue(), identity.id()))),
        CALL_MAX);
    committed = Map.copyOf(next);
  }

  /// Whether `matches` has more partitions than at the start, or was recreated.
  boolean isOutdated() {
    return partitions().size() != partitions.size() || identity.hasChanged();
  }

  /// The id of the query that a record is for; empty if there is none.
  static String queryId(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    return key.substring(0, Math.max(0, key.indexOf(' ')));
  }

  /// A record as something to deliver; empty where it is not valid, which its reader logs.
  static Optional<Delivery> delivery(ConsumerRecord<byte[], byte[]> record) {
    try {
      StandingQueryMatched match =
          Topics.MATCHES.valueSerde().deserializer().deserialize(record.topic(), record.value());
      MatchBounds.check(
          record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8), match);
      return Optional.of(Delivery.of(record.partition(), record.offset(), match));
    } catch (SerializationException | IllegalArgumentException e) {
      LOG.warnf(
          "match %d:%d is not sent to any webhook: %s",
          record.partition(), record.offset(), e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
    identity.close();
  }
}
