package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Reads [models] from its beginning and tells what it says: once when all that was there is read,
/// and after every change from then on.
final class ModelsFollower {
  private static final Logger LOG = Logger.getLogger(ModelsFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration END_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final KafkaClients clients;
  private final Consumer<KnownGenerations> listener;
  private KnownGenerations known = KnownGenerations.NONE;

  ModelsFollower(KafkaClients clients, Consumer<KnownGenerations> listener) {
    this.clients = clients;
    this.listener = listener;
  }

  /// Follows until told to stop.
  ///
  /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer
  void run(BooleanSupplier stopping) {
    KafkaConsumer<byte[], byte[]> consumer = clients.models();
    try {
      TopicPartition models = new TopicPartition(Topics.MODELS.name(), 0);
      consumer.assign(List.of(models));
      consumer.seekToBeginning(List.of(models));
      long end = consumer.endOffsets(List.of(models), END_MAX).get(models);
      known = KnownGenerations.NONE;
      boolean told = false;
      while (!stopping.getAsBoolean()) {
        boolean caughtUp = consumer.position(models, END_MAX) >= end;
        if (caughtUp && !told) {
          listener.accept(known);
          told = true;
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        records.forEach(this::apply);
        if (told && !records.isEmpty()) {
          listener.accept(known);
        }
      }
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_MAX));
    }
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      Generation generation = new Generation(new String(record.key(), UTF_8));
      ModelChanged change = record.value() == null ? null : ModelChanged.parseFrom(record.value());
      known = known.with(generation.id(), change);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      LOG.errorf("record %d of models is skipped: %s", record.offset(), e.getMessage());
    }
  }
}
