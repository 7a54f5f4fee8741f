package io.sketchstream.embed.standing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.embed.standing.StandingComparison.Part;
import io.sketchstream.events.Generation;
import io.sketchstream.events.StandingQuota;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.utils.Bytes;
import org.jboss.logging.Logger;

/// What the owner of `standing-queries` does besides embedding: it compares them with the
/// embeddings when it begins, and whenever these end elsewhere than after its own last write. Then
/// another instance has written, or Kafka has lost records. It also knows which queries there is
/// room for. What differs, and what there is room for now, is answered again, by reading
/// `standing-queries` from there; no offset is committed until that is done.
///
/// **Threads:** the loop's.
final class StandingOwner implements ConsumerRebalanceListener {
  private static final Logger LOG = Logger.getLogger(StandingOwner.class);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final KafkaClients clients;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition queries = new TopicPartition(Topics.STANDING_QUERIES.name(), 0);
  private final TopicPartition embeddings;
  private final int countMax;
  private final Map<Bytes, Long> again = new HashMap<>();
  private StandingQuota<Long> quota; // Null before the first comparison.
  private boolean owned;
  private boolean compareDue;
  private long againUntil;
  private long next;
  private long lookedAtNanos;

  /// @param countMax most queries that are embedded
  StandingOwner(
      Generation generation,
      KafkaClients clients,
      KafkaConsumer<byte[], byte[]> consumer,
      int countMax) {
    this.clients = clients;
    this.consumer = consumer;
    this.countMax = countMax;
    this.embeddings = new TopicPartition(Topics.standingQueryEmbeddings(generation).name(), 0);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (partitions.contains(queries)) {
      owned = true;
      compareDue = true;
      quota = null;
      forgetAgain();
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (partitions.contains(queries)) {
      owned = false;
      forgetAgain();
    }
  }

  private void forgetAgain() {
    again.clear();
    againUntil = 0;
  }

  /// Compares where that is due. Nothing may be on its way to the embeddings.
  ///
  /// @return keys for which a removal is to be written
  List<byte[]> attend() {
    if (!owned) {
      return List.of();
    }
    if (!compareDue && System.nanoTime() - lookedAtNanos >= LOOK_EVERY.toNanos()) {
      look();
    }
    return compareDue && mayCommit() ? compare() : List.of();
  }

  private void look() {
    try {
      long end = consumer.endOffsets(List.of(embeddings), LOOK_EVERY).get(embeddings);
      compareDue = end != next;
    } catch (RetriableException e) {
      LOG.debugf("the end of %s is not known: %s", embeddings, e.getMessage());
    }
    lookedAtNanos = System.nanoTime();
  }

  private List<byte[]> compare() {
    long reached = consumer.position(queries, CALL_MAX);
    List<TopicPartition> both = List.of(queries, embeddings);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(both, CALL_MAX);
    Map<TopicPartition, Long> ends = consumer.endOffsets(both, CALL_MAX);
    next = ends.get(embeddings);
    long position = Math.min(reached, ends.get(queries));
    StandingComparison.Differences differences =
        StandingComparison.find(
            clients,
            new Part(queries, Math.min(begins.get(queries), position), position),
            new Part(embeddings, begins.get(embeddings), next),
            countMax);
    quota = differences.quota();
    compareDue = false;
    lookedAtNanos = System.nanoTime();
    List<byte[]> removals = new ArrayList<>();
    differences
        .answered()
        .forEach((key, offset) -> {
          if (offset < 0) {
            removals.add(key.get());
          } else {
            again.put(key, offset);
          }
        });
    if (reached > position) {
      LOG.warnf("%s was recreated or truncated: all of it is answered again", queries);
      forgetAgain();
      quota = new StandingQuota<>(countMax);
      consumer.seekToBeginning(List.of(queries));
    } else if (!again.isEmpty()) {
      LOG.infof("%s: %d standing queries are answered again", embeddings, again.size());
      readAgain(position);
    }
    return removals;
  }

  private void readAgain(long until) {
    againUntil = until;
    consumer.seek(queries, again.values().stream().mapToLong(offset -> offset).min().orElse(0));
  }

  /// The records of a poll that are to be answered; before the first comparison none, and they come
  /// again.
  List<ReceivedQuery> toAnswer(ConsumerRecords<byte[], byte[]> records) {
    List<ReceivedQuery> answered = new ArrayList<>(records.count());
    if (quota == null) {
      consumer.seek(queries, records.iterator().next().offset());
      return answered;
    }
    Map<String, Long> turns = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      ReceivedQuery received = ReceivedQuery.of(record);
      if (record.offset() >= againUntil) {
        answered.add(hasRoom(received, turns) ? received : received.withoutRoom());
      } else if (received.isAnswered()
          && again.getOrDefault(Bytes.wrap(record.key()), -1L) == record.offset()) {
        boolean room = received.query().isEmpty() || quota.keeps(received.key());
        answered.add(room ? received : received.withoutRoom());
      }
    }
    if (!turns.isEmpty()) { // A new record was read, so what was read again before it is done.
      forgetAgain();
      turns.forEach((id, offset) -> again.put(Bytes.wrap(id.getBytes(UTF_8)), offset));
      readAgain(consumer.position(queries, CALL_MAX));
    }
    return answered;
  }

  /// @param turns gets the offsets of the queries that there is room for now and was not before
  private boolean hasRoom(ReceivedQuery received, Map<String, Long> turns) {
    String id = received.key();
    turns.remove(id);
    quota.remove(id).ifPresent(next -> turns.put(next.getKey(), next.getValue()));
    if (received.query().isEmpty()
        || quota.add(id, received.record().offset()) == StandingQuota.Outcome.KEPT) {
      return true;
    }
    LOG.debugf("standing query '%s' is not embedded: there are %d already", id, countMax);
    return false;
  }

  /// Whether everything before the position is answered.
  boolean mayCommit() {
    if (againUntil > 0 && owned && consumer.position(queries, CALL_MAX) >= againUntil) {
      forgetAgain();
    }
    return againUntil == 0;
  }

  /// A record of this instance is written.
  void acknowledged(RecordMetadata written) {
    if (written.topic().equals(embeddings.topic()) && written.hasOffset()) {
      compareDue |= written.offset() != next;
      next = written.offset() + 1;
    }
  }
}
