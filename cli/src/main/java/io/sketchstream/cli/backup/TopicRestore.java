package io.sketchstream.cli.backup;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import io.sketchstream.cli.backup.Manifest.RecordsFile;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generations;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TransactionalIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeader;

/// Writes the topics of a backup into an installation: the last record of each key, unchanged. A
/// record goes to the same partition as before or, if the number of partitions differs, to the
/// partition of its key. Offsets are new, so earlier position tokens are not valid.
///
/// **Threads:** one; Kafka's own thread reports failures.
public final class TopicRestore {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  private final KafkaAccess kafka;
  private final TargetTopics target;
  private final Path directory;
  private final Manifest manifest;
  private final Progress progress;

  public TopicRestore(
      KafkaAccess kafka,
      TargetTopics target,
      Path directory,
      Manifest manifest,
      Progress progress) {
    this.kafka = kafka;
    this.target = target;
    this.directory = directory;
    this.manifest = manifest;
    this.progress = progress;
  }

  /// Makes the backup's models those of the installation. The instance that leads the rollout there
  /// is fenced and starts over.
  ///
  /// @param uris where the model of a generation was put, by generation
  /// @throws KafkaException when Kafka does not take them
  public void models(Map<String, String> uris) throws IOException, BrokenBackupException {
    Generations[] saved = {Generations.NONE};
    for (RecordsFile file : manifest.of(Topics.MODELS.name())) {
      LiveFile.read(
          directory.resolve(file.file()), stored -> saved[0] = TargetTopics.with(saved[0], stored));
    }
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (ModelChanged change : RestoredModels.changes(saved[0], target.models(), uris)) {
      records.add(
          record(Topics.MODELS.name(), change.getGeneration(), change, change.getChangedAt()));
    }
    write(TransactionalIds.MODELS, records);
  }

  /// Writes the training runs, once the labels are there.
  ///
  /// @throws KafkaException when Kafka does not take them
  public void runs() throws IOException, BrokenBackupException {
    Map<Integer, Long> sourceEnds = new TreeMap<>();
    manifest.of(Topics.LABELS.name()).forEach(file -> sourceEnds.put(file.partition(), file.to()));
    Map<Integer, Long> targetEnds = target.ends(Topics.LABELS.name());
    String topic = Topics.TRAINING_RUNS.name();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (RecordsFile file : manifest.of(topic)) {
      LiveFile.read(
          directory.resolve(file.file()),
          stored -> {
            try {
              TrainingRunChanged run =
                  RestoredRuns.restored(
                      TrainingRunChanged.parseFrom(stored.value()), sourceEnds, targetEnds);
              records.add(record(topic, run.getRunId(), run, run.getChangedAt()));
            } catch (InvalidProtocolBufferException _) {
              // No service takes it either.
            }
          });
    }
    write(TransactionalIds.TRAINING_RUNS, records);
  }

  /// Writes the records of a topic, and waits until Kafka has all of them.
  ///
  /// @param topic one of [SavedTopics#COPIED]
  /// @return the last offset written in each partition
  /// @throws KafkaException when Kafka does not accept one of them
  public Map<Integer, Long> records(String topic) throws IOException, BrokenBackupException {
    boolean samePartitions = target.partitions(topic) == manifest.partitions(topic);
    Map<Integer, Long> written = new TreeMap<>();
    AtomicReference<Exception> failure = new AtomicReference<>();
    long total = manifest.live(topic);
    long[] done = {0};
    try (KafkaProducer<byte[], byte[]> producer = kafka.writer()) {
      for (RecordsFile file : manifest.of(topic)) {
        LiveFile.read(
            directory.resolve(file.file()),
            stored -> {
              Future<RecordMetadata> _ =
                  producer.send(
                      record(topic, samePartitions ? file.partition() : null, stored),
                      (place, failed) -> {
                        if (failed != null) {
                          failure.compareAndSet(null, failed);
                        } else {
                          synchronized (written) {
                            written.merge(place.partition(), place.offset(), Math::max);
                          }
                        }
                      });
              rethrow(failure);
              progress.at("restoring " + topic, ++done[0], total);
            });
      }
      producer.flush();
    }
    rethrow(failure);
    return written;
  }

  private static void rethrow(AtomicReference<Exception> failure) {
    Exception failed = failure.get();
    if (failed != null) {
      throw new KafkaException(failed.getMessage(), failed);
    }
  }

  private void write(String transactionalId, List<ProducerRecord<byte[], byte[]>> records) {
    KafkaProducer<byte[], byte[]> producer = kafka.writer(transactionalId);
    try {
      producer.initTransactions();
      producer.beginTransaction();
      for (ProducerRecord<byte[], byte[]> record : records) {
        Future<RecordMetadata> _ = producer.send(record);
      }
      producer.commitTransaction(); // Fails when one of them does.
    } finally {
      producer.close(CLOSE_MAX);
    }
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String key, MessageLite event, Timestamp changedAt) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), event.toByteArray());
    Instant time = Instants.of(changedAt);
    EventHeaders.describe(record.headers(), "restore", event.getClass(), key + "/" + time, time);
    return record;
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, Integer partition, StoredRecord stored) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            partition,
            stored.timestamp() < 0 ? null : stored.timestamp(),
            stored.key(),
            stored.value());
    for (StoredRecord.Item header : stored.headers()) {
      record.headers().add(new RecordHeader(header.name(), header.value()));
    }
    return record;
  }
}
