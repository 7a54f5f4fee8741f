package io.sketchstream.embed.images;

import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.embed.device.Priority;
import io.sketchstream.embed.loops.UncommittedBatches;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Feeds one generation: polls `images`, embeds the records, and commits what was acknowledged.
///
/// While one batch is on the device the next is fetched and decoded. With too many in flight, or
/// while the [BackfillRateLimit] permits none, the consumer is paused but still polls: that keeps
/// its membership in the group.
///
/// **Threads:** [#run] belongs to one thread, the only caller of poll and commit. **Owns:** its
/// consumer, and a writer with its producer.
public final class ImageLoop {
  private static final Duration IDLE_POLL = Duration.ofMillis(200);
  private static final Duration BUSY_POLL = Duration.ofMillis(10);
  private static final Duration PAUSED_WAIT = Duration.ofMillis(100);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  /// A few polls. What a fetch returns waits in memory until it is polled.
  private static final int FETCH_SIZE_MAX = 1 << 20;

  private final Generation generation;
  private final ImageServices services;
  private final LoadedEncoder encoder;
  private final BackfillRateLimit rateLimit;
  private final BackfillProgress progress;
  private final Supplier<ModelChanged> model;
  private final int inFlightMax;
  private volatile long lag;

  /// @param model last record of the generation in `models`
  public ImageLoop(
      Generation generation,
      LoadedEncoder encoder,
      Supplier<ModelChanged> model,
      ImageServices services) {
    this.generation = generation;
    this.encoder = encoder;
    this.services = services;
    this.model = model;
    ImageOptions options = services.options();
    this.progress = new BackfillProgress(options.batchSizeMax(), System::nanoTime);
    this.rateLimit = new BackfillRateLimit(model, options.backfillPerSecondMax(), System::nanoTime);
    this.inFlightMax = options.inFlightBatchesMax();
  }

  /// Runs until the worker is to end, then lets batches in flight finish and commits them.
  ///
  /// @throws KafkaException when a write failed for good or Kafka refuses us. Whatever is committed
  ///   is acknowledged; running again does the rest
  public void run(Worker worker) {
    ImageOptions options = services.options();
    KafkaConsumer<byte[], byte[]> consumer = consumer(options.batchSizeMax());
    try (ImageWriter writer =
            new ImageWriter(generation, services, () -> !isBackfilling(), inFlightMax);
        FormerEmbeddings former = new FormerEmbeddings(generation, services.clients());
        OwnedPartitions owned =
            new OwnedPartitions(
                generation,
                services,
                consumer,
                writer,
                () -> model.get().getPaused(),
                inFlightMax * options.batchSizeMax())) {
      UncommittedBatches inFlight =
          new UncommittedBatches(
              consumer, options.drainMax(), options.stallMax(), owned::described);
      // A backfill has made none yet.
      ImageEmbedder embedder =
          embedder((record, offset, image) ->
              isBackfilling() ? Optional.empty() : former.find(record, offset, image));
      consumer.subscribe(List.of(Topics.IMAGES.name()), owned.with(inFlight));
      try {
        while (!worker.isStopping()) {
          step(consumer, embedder, inFlight, owned, writer);
          worker.roundDone();
        }
        inFlight.drain();
      } catch (RuntimeException e) {
        inFlight.discard(); // Else the consumer waits for it, fails, and stays in the group.
        throw e;
      }
    } finally {
      consumer.close(KafkaClients.leaving(CLOSE_MAX));
    }
  }

  /// Records of `images` that are not yet embedded and committed, as of the last poll.
  public long lag() {
    return lag;
  }

  private KafkaConsumer<byte[], byte[]> consumer(int batchSizeMax) {
    return services
        .clients()
        .member(
            generation.embedGroup() + "-images",
            generation.embedGroup(),
            Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                batchSizeMax,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_SIZE_MAX,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_SIZE_MAX / 2));
  }

  private boolean isBackfilling() {
    return model.get().getState() == ModelState.BACKFILLING;
  }

  private ImageEmbedder embedder(ImageEmbedder.Former former) {
    return new ImageEmbedder(
        encoder,
        services.decoders(),
        () -> progress.priority(model.get()),
        former,
        services.tracing(),
        generation.embedGroup());
  }

  private void step(
      KafkaConsumer<byte[], byte[]> consumer,
      ImageEmbedder embedder,
      UncommittedBatches inFlight,
      OwnedPartitions owned,
      ImageWriter writer) {
    ConsumerRecords<byte[], byte[]> records = poll(consumer, inFlight, owned);
    if (!records.isEmpty()) {
      rateLimit.took(records.count());
      ImageBatch batch =
          ImageBatch.begin(records, owned::term, embedder::embed, owned.acknowledgements());
      inFlight.add(batch.polled());
      writer.write(batch);
    }
    owned.step(inFlight);
    inFlight.commitAcknowledged();
    if (!writer.isAlive()) { // A failure of a write was thrown above.
      throw new IllegalStateException("the writer of " + generation + " has ended");
    }
    lag = lag(consumer, inFlight);
    progress.observe(lag, model.get().getPaused());
    Priority priority = progress.priority(model.get());
    if (priority != Priority.BACKFILL_IMAGE) {
      services.decoders().expedite(encoder, priority);
      encoder.expedite(priority);
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(
      KafkaConsumer<byte[], byte[]> consumer, UncommittedBatches inFlight, OwnedPartitions owned) {
    boolean attention = owned.needAttention();
    if (inFlight.size() >= inFlightMax || attention && !inFlight.isEmpty()) {
      consumer.pause(consumer.assignment());
      inFlight.awaitOldest(PAUSED_WAIT);
      boolean commitDue = inFlight.size() == 0; // It was refused: not again at once.
      return consumer.poll(commitDue ? BUSY_POLL : Duration.ZERO);
    }
    if (attention) {
      consumer.pause(consumer.assignment());
      owned.attend();
      return consumer.poll(Duration.ZERO);
    }
    if (!rateLimit.permits()) {
      consumer.pause(consumer.assignment());
      return consumer.poll(PAUSED_WAIT);
    }
    consumer.resume(owned.readable());
    boolean idle = inFlight.isEmpty() && !owned.isComparing();
    return consumer.poll(idle ? IDLE_POLL : BUSY_POLL);
  }

  private static long lag(KafkaConsumer<byte[], byte[]> consumer, UncommittedBatches inFlight) {
    long sum = inFlight.recordCount();
    for (TopicPartition partition : consumer.assignment()) {
      sum += consumer.currentLag(partition).orElse(0);
    }
    return sum;
  }
}
