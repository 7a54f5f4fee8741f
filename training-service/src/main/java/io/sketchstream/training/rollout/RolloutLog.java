package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/// The topic `models` as its only writer sees it. Whoever owns its partition in the group `rollout`
/// leads. A new leader takes over the transactional id before it reads the topic to its end: from
/// then on whatever its predecessor still tries to write, however late it wakes up, is refused by
/// the broker. All changes of one decision are one transaction.
///
/// **Threads:** one. **Owns:** two consumers and, while it leads, a producer.
final class RolloutLog implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RolloutLog.class);
  private static final String GROUP = "rollout";
  private static final String TRANSACTIONAL_ID = "sketchstream-rollout";
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final TopicPartition MODELS = new TopicPartition(Topics.MODELS.name(), 0);

  private final Map<String, Object> common;
  private final KafkaConsumer<byte[], byte[]> follower;
  private final KafkaConsumer<byte[], byte[]> leadership;
  private KafkaProducer<byte[], byte[]> producer;
  private boolean owner;
  private long end;
  private RolloutState state = RolloutState.EMPTY;

  RolloutLog(Map<String, Object> common) {
    this.common = common;
    this.follower = consumer("rollout-models", Map.of());
    this.follower.assign(List.of(MODELS));
    this.follower.seekToBeginning(List.of(MODELS));
    this.leadership =
        consumer(
            "rollout-leadership",
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                GROUP,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                10_000,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                2_000,
                // Leadership stays where it is when another instance joins.
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName()));
    this.leadership.subscribe(List.of(MODELS.topic()), new Ownership());
    this.end = endOffset();
  }

  /// Takes in what happened meanwhile, waiting at most this long.
  ///
  /// @throws KafkaException when Kafka refuses us
  void poll(Duration timeout) {
    // Paused: this consumer only says who leads. Only a short wait, the other one reads.
    leadership.poll(timeout.dividedBy(2));
    if (owner && producer == null) {
      lead();
    } else if (!owner && producer != null) {
      resign();
    }
    follower.poll(timeout.dividedBy(2)).forEach(this::apply);
  }

  /// Whether this instance may write.
  boolean leads() {
    return owner && producer != null;
  }

  /// Whether all that was there at the start is read.
  boolean isCaughtUp() {
    return follower.position(MODELS, CALL_MAX) >= end;
  }

  RolloutState state() {
    return state;
  }

  /// Writes changes, together or not at all.
  ///
  /// @throws KafkaException when another instance leads by now, or Kafka does not answer; whether
  ///   the changes were made is seen by reading the topic anew
  void publish(Collection<ModelChanged> changes) {
    if (changes.isEmpty()) {
      return;
    }
    producer.beginTransaction();
    for (ModelChanged change : changes) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              MODELS.topic(),
              MODELS.partition(),
              change.getGeneration().getBytes(UTF_8),
              change.toByteArray());
      Instant time =
          Instant.ofEpochSecond(
              change.getChangedAt().getSeconds(), change.getChangedAt().getNanos());
      EventHeaders.describe(
          record.headers(),
          "training-service",
          ModelChanged.class,
          change.getGeneration() + "/" + change.getState() + "/" + time,
          time);
      Future<RecordMetadata> _ = producer.send(record);
    }
    producer.commitTransaction();
    awaitRead(changes);
    changes.forEach(change ->
        LOG.infof(
            "generation %s is %s: %s",
            change.getGeneration(), change.getState(), change.getReason()));
  }

  @Override
  public void close() {
    resign();
    leadership.close(CloseOptions.timeout(CLOSE_MAX));
    follower.close(CloseOptions.timeout(CLOSE_MAX));
  }

  private void lead() {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "rollout-writer");
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_MAX.toMillis());
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    catchUp();
    LOG.info("this instance leads the rollout");
  }

  private void catchUp() {
    end = endOffset();
    readUntil(this::isCaughtUp);
  }

  /// The state is always what the topic says, so own writes are read back. A committed transaction
  /// becomes visible a little after its commit.
  private void awaitRead(Collection<ModelChanged> changes) {
    Map<String, ModelChanged> last = RolloutState.EMPTY.with(changes).models();
    readUntil(() -> state.models().entrySet().containsAll(last.entrySet()));
  }

  private void readUntil(BooleanSupplier done) {
    long deadline = System.nanoTime() + CALL_MAX.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("models can't be read to its end");
      }
      follower.poll(Duration.ofMillis(100)).forEach(this::apply);
    }
  }

  private void resign() {
    if (producer != null) {
      producer.close(CLOSE_MAX);
      producer = null;
      LOG.info("this instance leads the rollout no longer");
    }
  }

  private long endOffset() {
    return follower.endOffsets(List.of(MODELS), CALL_MAX).get(MODELS);
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      String generation = new String(record.key(), UTF_8);
      state =
          state.with(
              generation, record.value() == null ? null : ModelChanged.parseFrom(record.value()));
    } catch (InvalidProtocolBufferException e) {
      LOG.errorf("record %d of models is skipped: %s", record.offset(), e.getMessage());
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(String clientId, Map<String, Object> own) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.putAll(own);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private final class Ownership implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (partitions.contains(MODELS)) {
        leadership.pause(List.of(MODELS));
        owner = true;
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (partitions.contains(MODELS)) {
        owner = false;
      }
    }
  }
}
