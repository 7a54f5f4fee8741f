package io.sketchstream.embed.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.embed.images.ImageBatch.Entry;
import io.sketchstream.embed.images.ImageOutcome.Embedded;
import io.sketchstream.embed.images.ImageOutcome.Rejected;
import io.sketchstream.embed.images.ImageOutcome.Removed;
import io.sketchstream.embed.loops.PolledBatch;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.DeadLetters;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.threads.Threads;
import io.sketchstream.shell.tracing.Step;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/// Writes the embeddings of one generation in the order of `images`, each as soon as it and all
/// before it are ready. While the generation is not searched, the embeddings of a poll are written
/// together, which costs Kafka and the index less. Stops at the first failure; the batch then
/// carries it to the loop, which starts again.
///
/// **Threads:** one of its own; it lives as long as a run of the loop. **Owns:** the producer.
final class ImageWriter implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ImageWriter.class);
  private static final String SOURCE = "embed-service";
  private static final long LINGER_MILLIS = 3; // The images of a forward pass go together.
  private static final int BATCH_SIZE = 256 << 10;

  private final Generation generation;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ImageMetrics metrics;
  private final InstantSource clock;
  private final BooleanSupplier searched;
  private final BlockingQueue<ImageBatch> batches;
  private final Thread thread;
  private volatile boolean closing;

  /// @param searched whether the generation is searched, or may be at any moment
  /// @param batchesMax batches that are not written yet
  ImageWriter(
      Generation generation, ImageServices services, BooleanSupplier searched, int batchesMax) {
    this.generation = generation;
    this.producer = producer(services.clients(), generation.embedGroup() + "-writer");
    this.metrics = services.metrics();
    this.clock = services.clock();
    this.searched = searched;
    this.batches = new ArrayBlockingQueue<>(batchesMax);
    this.thread = Thread.ofPlatform().name(generation.embedGroup() + "-writer").start(this::run);
  }

  /// Writes that are not acknowledged by the time that Kafka gives the partitions to another
  /// instance fail, and the loop with them: they must not arrive later, when the network is back.
  private static KafkaProducer<byte[], byte[]> producer(KafkaClients clients, String clientId) {
    int sessionMillis = (int) clients.sessionTimeout().toMillis();
    return clients.producer(
        clientId,
        Map.of(
            ProducerConfig.LINGER_MS_CONFIG,
            LINGER_MILLIS,
            ProducerConfig.BATCH_SIZE_CONFIG,
            BATCH_SIZE,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            sessionMillis / 2,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            sessionMillis));
  }

  /// Hands a batch over. The caller bounds the number of unacknowledged batches.
  void write(ImageBatch batch) {
    if (!batches.offer(batch)) {
      throw new IllegalStateException("too many batches in flight");
    }
  }

  /// Writes the removal of an image whose removal is no longer in `images`.
  ///
  /// @param imagesOffset offset of `images` up to which everything is answered
  void remove(OwnedPartition partition, byte[] key, long imagesOffset, PolledBatch polled) {
    ProducerRecord<byte[], byte[]> removal =
        answer(partition.images().partition(), key, null, imagesOffset);
    EventHeaders.setTerm(removal.headers(), partition.term());
    send(removal, polled.expectOne());
    metrics.removed(generation);
  }

  /// Whether it still writes. It ends with the first failure, and when its thread is killed.
  boolean isAlive() {
    return thread.isAlive();
  }

  /// Writes that are not acknowledged yet are dropped: nobody commits them.
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    Threads.join(thread);
    producer.close(Duration.ZERO);
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
      LOG.debugf("writer of %s ends", generation);
    }
  }

  /// @return false after a failure, which is recorded in the batch
  private boolean write(Iterable<Entry> entries, PolledBatch polled) throws InterruptedException {
    try {
      if (!searched.getAsBoolean()) {
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
    } catch (RuntimeException | Error e) {
      polled.fail(e);
    }
    return false;
  }

  private void send(Entry entry, ImageOutcome outcome, PolledBatch polled) {
    boolean ownRecord = entry.record().offset() == entry.work().source().offset();
    switch (outcome) {
      case Embedded embedded -> {
        sendEmbedding(entry, message(entry, embedded).toByteArray(), polled);
        if (ownRecord && embedded.reused()) {
          metrics.reused(generation);
        } else if (ownRecord) {
          metrics.embedded(generation);
        }
      }
      case Removed _ -> {
        sendEmbedding(entry, null, polled);
        metrics.removed(generation);
      }
      case Rejected rejected -> {
        entry.work().step().failed(rejected.reason());
        if (ownRecord) {
          reject(entry.record(), rejected, polled);
        }
        if (ImageRecords.hasImageId(entry.record())) {
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
            .setHubness(embedded.hubness())
            .setPixels(FormerEmbeddings.pixels(embedded.image()))
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
        answer(record.partition(), record.key(), value, record.offset());
    EventHeaders.setTerm(answer.headers(), entry.term());
    EventHeaders.continueTrace(entry.work().source().headers(), answer.headers());
    Step sending = entry.work().step().send(answer);
    send(answer, sending.sent(polled.expectOne()));
  }

  /// After a failed write no later one may succeed: a shard takes the position of a record as that
  /// of all before it.
  private void send(ProducerRecord<byte[], byte[]> record, Callback acknowledged) {
    Future<RecordMetadata> _ =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure != null) {
                producer.close(Duration.ZERO);
              }
              acknowledged.onCompletion(metadata, failure);
            });
  }

  private ProducerRecord<byte[], byte[]> answer(
      int partition, byte[] key, byte[] value, long imagesOffset) {
    ProducerRecord<byte[], byte[]> answer =
        new ProducerRecord<>(Topics.imageEmbeddings(generation).name(), partition, key, value);
    String id = generation + "/" + partition + ":" + imagesOffset;
    EventHeaders.describe(answer.headers(), SOURCE, ImageEmbedded.class, id, clock.instant());
    EventHeaders.setImagesOffset(answer.headers(), imagesOffset);
    return answer;
  }

  private void reject(
      ConsumerRecord<byte[], byte[]> record, Rejected rejected, PolledBatch polled) {
    String id = ImageRecords.hasImageId(record) ? new String(record.key(), UTF_8) : "";
    try (LogFields _ = LogFields.image(id, record.headers())) {
      LOG.warnf(
          "image at %d:%d rejected by %s: %s",
          record.partition(), record.offset(), generation, rejected.reason());
    }
    send(DeadLetters.of(record, rejected.reason(), generation), polled.expectOne());
    metrics.rejected(generation, rejected.kind());
  }
}
