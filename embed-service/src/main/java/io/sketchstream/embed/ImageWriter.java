package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.embed.ImageBatch.Entry;
import io.sketchstream.embed.ImageOutcome.Embedded;
import io.sketchstream.embed.ImageOutcome.Rejected;
import io.sketchstream.embed.ImageOutcome.Removed;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.tracing.Step;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/// Writes the embeddings of one generation in the order of `images`, each as soon as it and all
/// before it are there; while nobody searches the generation, all of a poll together, which costs
/// Kafka and the index less. Stops at the first failure, which the batch then carries.
///
/// **Threads:** one of its own. **Owns:** the producer.
final class ImageWriter implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ImageWriter.class);
  private static final String SOURCE = "embed-service";
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Generation generation;
  private final KafkaProducer<byte[], byte[]> producer;
  private final EmbedMetrics metrics;
  private final InstantSource clock;
  private final BooleanSupplier served;
  private final BlockingQueue<ImageBatch> batches;
  private final Thread thread;
  private volatile boolean closing;

  /// @param served whether the generation is searched, or may be from one moment to the next
  /// @param batchesMax that are handed over and not yet written
  ImageWriter(
      Generation generation,
      KafkaProducer<byte[], byte[]> producer,
      EmbedResources resources,
      BooleanSupplier served,
      int batchesMax) {
    this.generation = generation;
    this.producer = producer;
    this.metrics = resources.metrics();
    this.clock = resources.clock();
    this.served = served;
    this.batches = new ArrayBlockingQueue<>(batchesMax);
    this.thread = Thread.ofPlatform().name(generation.embedGroup() + "-writer").start(this::run);
  }

  /// Hands a batch over. The caller keeps the number of unacknowledged batches within bounds.
  void write(ImageBatch batch) {
    if (!batches.offer(batch)) {
      throw new IllegalStateException("more than the agreed number of batches in flight");
    }
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    Threads.join(thread);
    producer.close(CLOSE_MAX);
  }

  private void run() {
    try {
      while (!closing) {
        ImageBatch batch = batches.poll(1, TimeUnit.SECONDS);
        if (batch != null && !write(batch.entries(), batch.polled())) {
          return;
        }
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debugf("writer of %s stops", generation);
    }
  }

  private boolean write(Iterable<Entry> entries, PolledBatch polled) throws InterruptedException {
    try {
      if (!served.getAsBoolean()) {
        for (Entry entry : entries) {
          ImageOutcome _ = entry.work().outcome().get();
        }
      }
      for (Entry entry : entries) {
        ImageOutcome outcome = entry.work().outcome().get();
        ConsumerRecord<byte[], byte[]> record = entry.record();
        if (!polled.isAbandoned(new TopicPartition(record.topic(), record.partition()))) {
          send(entry, outcome, polled);
        }
      }
      polled.allSent();
      return true;
    } catch (ExecutionException e) {
      polled.fail(e.getCause());
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      polled.fail(e);
    }
    return false;
  }

  private void send(Entry entry, ImageOutcome outcome, PolledBatch polled) {
    boolean ownRecord = entry.record().offset() == entry.work().source().offset();
    switch (outcome) {
      case Embedded embedded -> {
        sendEmbedding(entry, message(entry, embedded).toByteArray(), polled);
        if (ownRecord) {
          metrics.imageEmbedded(generation);
        }
      }
      case Removed _ -> {
        sendEmbedding(entry, null, polled);
        metrics.imageRemoved(generation);
      }
      case Rejected rejected -> {
        entry.work().step().failed(rejected.reason());
        if (ownRecord) {
          refuse(entry.record(), rejected, polled);
        }
        if (entry.record().key() != null) {
          sendEmbedding(entry, null, polled);
        }
      }
    }
    entry.work().step().close();
  }

  private ImageEmbedded message(Entry entry, Embedded embedded) {
    ImageEmbedded.Builder message =
        ImageEmbedded.newBuilder()
            .setImageId(new String(entry.record().key(), UTF_8))
            .setAttributes(embedded.image().getAttributes())
            .setSourcePartition(entry.work().source().partition())
            .setSourceOffset(entry.work().source().offset());
    if (embedded.image().hasIngestedAt()) {
      message.setIngestedAt(embedded.image().getIngestedAt());
    }
    for (float x : embedded.embedding().toArray()) {
      message.addVector(x);
    }
    return message.build();
  }

  private void sendEmbedding(Entry entry, byte[] value, PolledBatch polled) {
    ConsumerRecord<byte[], byte[]> record = entry.record();
    ProducerRecord<byte[], byte[]> answer =
        new ProducerRecord<>(
            Topics.imageEmbeddings(generation).name(), record.partition(), record.key(), value);
    String id = generation + "/" + record.partition() + ":" + record.offset();
    EventHeaders.describe(answer.headers(), SOURCE, ImageEmbedded.class, id, clock.instant());
    EventHeaders.continueTrace(entry.work().source().headers(), answer.headers());
    EventHeaders.setImagesOffset(answer.headers(), record.offset());
    Step sending = entry.work().step().send(answer);
    Future<RecordMetadata> _ = producer.send(answer, sending.sent(polled.expectOne()));
  }

  private void refuse(
      ConsumerRecord<byte[], byte[]> record, Rejected rejected, PolledBatch polled) {
    String id = record.key() == null ? "" : new String(record.key(), UTF_8);
    try (LogFields _ = LogFields.image(id, record.headers())) {
      LOG.warnf(
          "image at %d:%d refused by %s: %s",
          record.partition(), record.offset(), generation, rejected.reason());
    }
    Future<RecordMetadata> _ =
        producer.send(DeadLetters.of(record, rejected.reason(), generation), polled.expectOne());
    metrics.imageRejected(generation, rejected.kind());
  }
}
