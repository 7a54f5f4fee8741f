package io.sketchstream.embed;

import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;

/// Feeds [sketches] to the active generation. All instances share the sketches in one group.
/// Answers go out as they are done, in any order; offsets are committed behind what is answered.
///
/// **Threads:** [#run] belongs to one thread, the only caller of poll and commit. **Owns:** its
/// consumer.
final class SketchLoop {
  private static final Duration IDLE_POLL = Duration.ofMillis(200);
  private static final Duration BUSY_POLL = Duration.ofMillis(20);
  private static final Duration PAUSED_WAIT = Duration.ofMillis(20);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final EmbedResources resources;
  private final SketchEmbedder embedder;
  private final int sketchesMax;

  SketchLoop(EmbedResources resources, SketchEmbedder embedder) {
    this.resources = resources;
    this.embedder = embedder;
    this.sketchesMax = resources.options().sketchesInFlightMax();
  }

  /// Runs until told to stop, then lets work under way finish and commits it.
  ///
  /// @throws KafkaException when an answer can't be written or Kafka refuses us
  void run(BooleanSupplier stopping, Runnable running) {
    KafkaConsumer<byte[], byte[]> consumer =
        resources.clients().sketches(Math.max(1, sketchesMax / 2));
    try {
      InFlight inFlight = new InFlight(consumer, resources.options().drainMax());
      consumer.subscribe(List.of(Topics.SKETCHES.name()), inFlight);
      while (!stopping.getAsBoolean()) {
        step(consumer, inFlight);
        running.run();
      }
      inFlight.drain();
    } finally {
      consumer.close(KafkaClients.leaving(CLOSE_MAX));
    }
  }

  private void step(KafkaConsumer<byte[], byte[]> consumer, InFlight inFlight) {
    ConsumerRecords<byte[], byte[]> records;
    if (inFlight.recordCount() > sketchesMax / 2) {
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
