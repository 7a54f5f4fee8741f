package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Topics;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

/// The topic `training-runs`. Every instance follows it; the one that leads writes it, in
/// transactions under one fixed id: whoever took that over later is obeyed by the broker, and an
/// earlier leader that wakes up is refused.
///
/// **Threads:** one. **Owns:** a consumer and, while it leads, a producer.
final class RunLog implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RunLog.class);
  private static final String TRANSACTIONAL_ID = "sketchstream-training-runs";
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final int RUNS_KEPT = 200;
  private static final TopicPartition RUNS = new TopicPartition(Topics.TRAINING_RUNS.name(), 0);

  private final Map<String, Object> kafka;
  private final KafkaConsumer<byte[], byte[]> follower;
  private final TreeMap<String, TrainingRunChanged> runs = new TreeMap<>();
  private KafkaProducer<byte[], byte[]> producer;
  private long end;

  RunLog(Map<String, Object> kafka) {
    this.kafka = kafka;
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "training-runs");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    follower =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    follower.assign(List.of(RUNS));
    follower.seekToBeginning(List.of(RUNS));
    end = endOffset();
  }

  /// Takes in what happened meanwhile, waiting at most this long.
  void poll(Duration timeout) {
    follower.poll(timeout).forEach(this::apply);
  }

  /// Whether all that was there at the start is read.
  boolean isCaughtUp() {
    return follower.position(RUNS, CALL_MAX) >= end;
  }

  /// All runs, the newest first.
  List<TrainingRunChanged> runs() {
    return List.copyOf(runs.descendingMap().values());
  }

  Optional<TrainingRunChanged> find(String runId) {
    return Optional.ofNullable(runs.get(runId));
  }

  /// The one that runs, as far as the topic says.
  Optional<TrainingRunChanged> running() {
    return runs.descendingMap().values().stream()
        .filter(run -> run.getState() == TrainingRunState.RUNNING)
        .findFirst();
  }

  boolean leads() {
    return producer != null;
  }

  /// Takes the writing over, and reads what the former leader wrote last.
  void lead() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "training-runs-writer");
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_MAX.toMillis());
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    end = endOffset();
    readUntil(() -> isCaughtUp());
  }

  void resign() {
    if (producer != null) {
      producer.close(CLOSE_MAX);
      producer = null;
    }
  }

  /// Writes what became of a run, and reads it back.
  ///
  /// @throws KafkaException when another instance writes by now, or Kafka does not answer
  void publish(TrainingRunChanged run) {
    producer.beginTransaction();
    send(run.getRunId(), run);
    List<String> old = new ArrayList<>(runs.keySet());
    for (String runId : old.subList(0, Math.max(0, old.size() - RUNS_KEPT))) {
      send(runId, null);
    }
    producer.commitTransaction();
    readUntil(() -> run.equals(runs.get(run.getRunId())));
  }

  private void send(String runId, TrainingRunChanged run) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            RUNS.topic(),
            RUNS.partition(),
            runId.getBytes(UTF_8),
            run == null ? null : run.toByteArray());
    Instant time =
        run == null
            ? Instant.EPOCH
            : Instant.ofEpochSecond(run.getChangedAt().getSeconds(), run.getChangedAt().getNanos());
    EventHeaders.describe(
        record.headers(), "training-service", TrainingRunChanged.class, runId + "/" + time, time);
    Future<RecordMetadata> _ = producer.send(record);
  }

  @Override
  public void close() {
    resign();
    follower.close(CloseOptions.timeout(CLOSE_MAX));
  }

  private void readUntil(java.util.function.BooleanSupplier done) {
    long deadline = System.nanoTime() + CALL_MAX.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("training-runs can't be read to its end");
      }
      poll(Duration.ofMillis(100));
    }
  }

  private long endOffset() {
    return follower.endOffsets(List.of(RUNS), CALL_MAX).get(RUNS);
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    String runId = new String(record.key(), UTF_8);
    if (record.value() == null) {
      runs.remove(runId);
      return;
    }
    try {
      runs.put(runId, TrainingRunChanged.parseFrom(record.value()));
    } catch (InvalidProtocolBufferException e) {
      LOG.errorf("record %d of training-runs is skipped: %s", record.offset(), e.getMessage());
    }
  }
}
