package io.sketchstream.embed.sketches;

import io.sketchstream.embed.loops.PolledBatch;
import io.sketchstream.embed.loops.UncommittedBatches;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;

/// Answers [sketches]. All instances share them in one group. Answers are written as they are done,
/// in any order; offsets are committed after the answers before them were acknowledged.
///
/// **Threads:** [#run] belongs to one thread, the only caller of poll and commit. **Owns:** its
/// consumer and its producer.
public final class SketchLoop {
  /// Shares the sketches among all instances.
  static final String GROUP = "embed-sketches";

  private static final Duration IDLE_POLL = Duration.ofMillis(200);
  private static final Duration BUSY_POLL = Duration.ofMillis(20);
  private static final Duration PAUSED_WAIT = Duration.ofMillis(20);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Function<String, ActiveEncoder> encoders;
  private final SketchServices services;
  private final int inFlightMax;

  /// @param encoders that of a generation by its id; that of the active one for an empty id
  public SketchLoop(Function<String, ActiveEncoder> encoders, SketchServices services) {
    this.encoders = encoders;
    this.services = services;
    this.inFlightMax = services.options().inFlightMax();
  }

  /// Runs until the worker is to end, then lets sketches in flight finish and commits them.
  ///
  /// @throws KafkaException when an answer can't be written or Kafka refuses us
  public void run(Worker worker) {
    KafkaProducer<byte[], byte[]> producer =
        services
            .clients()
            .producer("embed-sketches-writer", Map.of(ProducerConfig.LINGER_MS_CONFIG, 0L));
    try {
      poll(worker, new SketchEmbedder(encoders, producer, services));
    } finally {
      producer.close(CLOSE_MAX);
    }
  }

  private void poll(Worker worker, SketchEmbedder embedder) {
    KafkaConsumer<byte[], byte[]> consumer =
        services
            .clients()
            .member(
                GROUP,
                GROUP,
                Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.max(1, inFlightMax / 2)));
    try {
      UncommittedBatches inFlight =
          new UncommittedBatches(
              consumer, services.options().drainMax(), services.options().stallMax());
      consumer.subscribe(List.of(Topics.SKETCHES.name()), inFlight);
      while (!worker.isStopping()) {
        step(consumer, inFlight, embedder);
        worker.roundDone();
      }
      inFlight.drain();
    } finally {
      consumer.close(KafkaClients.leaving(CLOSE_MAX));
    }
  }

  private void step(
      KafkaConsumer<byte[], byte[]> consumer,
      UncommittedBatches inFlight,
      SketchEmbedder embedder) {
    ConsumerRecords<byte[], byte[]> records;
    if (inFlight.recordCount() > inFlightMax / 2) {
      consumer.pause(consumer.assignment());
      inFlight.awaitOldest(PAUSED_WAIT);
      records = consumer.poll(Duration.ZERO);
    } else {
      consumer.resume(consumer.paused());
      records = consumer.poll(inFlight.isEmpty() ? IDLE_POLL : BUSY_POLL);
    }
    if (!records.isEmpty()) {
      PolledBatch polled = new PolledBatch(records);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        embedder.embed(record, polled.expectOne());
      }
      polled.allSent();
      inFlight.add(polled);
    }
    inFlight.commitAcknowledged();
  }
}
