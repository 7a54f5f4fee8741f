package io.sketchstream.embed;

import io.sketchstream.embed.InferenceExecutor.Lane;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Feeds one generation.
///
/// ```
/// images ──> poll ──> decoders ──> device ──> writer ──> image-embeddings-g
///             ^                                  │
///             └──── commit <── acknowledged ─────┘
/// ```
///
/// While one batch is on the device the next is fetched and decoded. With too many on the way, or
/// while its [BackfillPace] says so, the consumer pauses, but goes on polling: that keeps its place
/// in the group.
///
/// **Threads:** [#run] belongs to one thread, the only caller of poll and commit. **Owns:** its
/// consumer, and a writer with its producer.
final class ImageLoop {
  private static final Duration IDLE_POLL = Duration.ofMillis(200);
  private static final Duration BUSY_POLL = Duration.ofMillis(10);
  private static final Duration PAUSED_WAIT = Duration.ofMillis(100);

  /// The images of one forward pass are written together.
  private static final Duration WRITE_LINGER = Duration.ofMillis(3);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Generation generation;
  private final EmbedResources resources;
  private final ImageEmbedder embedder;
  private final BackfillPace pace;
  private final Headway headway;
  private final Supplier<ModelChanged> model;
  private final int inFlightMax;
  private volatile long lag;

  ImageLoop(
      Generation generation, Lane lane, Supplier<ModelChanged> model, EmbedResources resources) {
    this.generation = generation;
    this.resources = resources;
    this.model = model;
    this.headway = new Headway(resources.options().batchSizeMax(), System::nanoTime);
    this.embedder =
        new ImageEmbedder(
            lane,
            resources.decoders(),
            () -> Priority.ofImages(model.get(), headway),
            resources.tracing(),
            generation.embedGroup());
    this.pace =
        new BackfillPace(model, resources.options().backfill().perSecondMax(), System::nanoTime);
    this.inFlightMax = resources.options().inFlightBatchesMax();
  }

  /// Runs until told to stop, then lets work under way finish and commits it.
  ///
  /// @param running told after every poll that all is well
  /// @throws KafkaException when a write failed for good or Kafka refuses us; what is committed is
  ///   acknowledged, and starting again does the rest
  void run(BooleanSupplier stopping, Runnable running) {
    EmbedOptions options = resources.options();
    KafkaConsumer<byte[], byte[]> consumer =
        resources.clients().images(generation, options.batchSizeMax());
    try (ImageWriter writer =
        new ImageWriter(
            generation,
            resources.clients().producer(generation.embedGroup() + "-writer", WRITE_LINGER),
            resources,
            () -> model.get().getState() != ModelState.BACKFILLING,
            inFlightMax)) {
      InFlight inFlight = new InFlight(consumer, options.drainMax());
      consumer.subscribe(List.of(Topics.IMAGES.name()), inFlight);
      while (!stopping.getAsBoolean()) {
        step(consumer, inFlight, writer);
        running.run();
      }
      inFlight.drain();
    } finally {
      consumer.close(KafkaClients.leaving(CLOSE_MAX));
    }
  }

  /// Records of `images` that are not yet embedded and committed, as of the last poll.
  long lag() {
    return lag;
  }

  private void step(KafkaConsumer<byte[], byte[]> consumer, InFlight inFlight, ImageWriter writer) {
    ConsumerRecords<byte[], byte[]> records;
    if (inFlight.size() >= inFlightMax) {
      consumer.pause(consumer.assignment());
      inFlight.awaitOldest(PAUSED_WAIT);
      records = consumer.poll(Duration.ZERO);
    } else if (!pace.isOpen()) {
      consumer.pause(consumer.assignment());
      records = consumer.poll(PAUSED_WAIT);
    } else {
      consumer.resume(consumer.paused());
      records = consumer.poll(inFlight.isEmpty() ? IDLE_POLL : BUSY_POLL);
    }
    if (!records.isEmpty()) {
      pace.took(records.count());
      ImageBatch batch = ImageBatch.begin(records, embedder::embed);
      inFlight.add(batch.polled());
      writer.write(batch);
    }
    inFlight.commitAcknowledged();
    lag = lag(consumer, inFlight);
    headway.saw(lag, model.get().getPaused());
  }

  private static long lag(KafkaConsumer<byte[], byte[]> consumer, InFlight inFlight) {
    long sum = inFlight.recordCount();
    for (TopicPartition partition : consumer.assignment()) {
      sum += consumer.currentLag(partition).orElse(0);
    }
    return sum;
  }
}
