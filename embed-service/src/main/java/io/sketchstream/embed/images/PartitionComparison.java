package io.sketchstream.embed.images;

import io.sketchstream.embed.images.MissingRemovals.Part;
import io.sketchstream.embed.loops.PolledBatch;
import io.sketchstream.embed.loops.UncommittedBatches;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Removes from a partition of the embeddings the images whose removal from `images` was missed. No
/// image of the partition is embedded meanwhile: an image that is added again must come after its
/// removal.
///
/// If it is interrupted, the next owner begins again: the partition counts as compared once all
/// removals are acknowledged.
///
/// **Threads:** the loop's. **Owns:** the search for what is missing.
final class PartitionComparison implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PartitionComparison.class);

  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  private final OwnedPartition partition;
  private final MissingRemovals search;
  private final long position;
  private final long beganAt;
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

  /// @param position next image to embed
  /// @param beganAt some time before the ends of the partitions were asked for
  private PartitionComparison(
      OwnedPartition partition, MissingRemovals search, long position, long beganAt) {
    this.partition = partition;
    this.search = search;
    this.position = position;
    this.beganAt = beganAt;
  }

  /// Begins to compare all of a partition.
  ///
  /// @param consumer that embeds it
  static PartitionComparison begin(
      OwnedPartition partition, ImageServices services, KafkaConsumer<byte[], byte[]> consumer) {
    TopicPartition images = partition.images();
    TopicPartition embeddings = partition.embeddings();
    long beganAt = services.clock().millis();
    Map<TopicPartition, Long> begins =
        consumer.beginningOffsets(List.of(images, embeddings), CALL_MAX);
    Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(images, embeddings), CALL_MAX);
    long position = consumer.position(images, CALL_MAX);
    MissingRemovals search =
        new MissingRemovals(
            services.clients(),
            new Part(images, begins.get(images), ends.get(images)),
            new Part(embeddings, begins.get(embeddings), ends.get(embeddings)),
            position);
    return new PartitionComparison(partition, search, position, beganAt);
  }

  OwnedPartition partition() {
    return partition;
  }

  /// Continues for a moment.
  ///
  /// @param acknowledged notified of the removals
  /// @return whether there is more to do
  boolean step(
      ImageWriter writer, UncommittedBatches inFlight, Consumer<RecordMetadata> acknowledged) {
    List<byte[]> missing = search.step();
    if (!missing.isEmpty()) {
      LOG.infof(
          "%s: removing %d images that are no longer in images",
          partition.embeddings(), missing.size());
      PolledBatch removals = new PolledBatch(ConsumerRecords.empty(), acknowledged);
      for (byte[] key : missing) {
        writer.remove(partition, key, position - 1, removals);
      }
      removals.allSent();
      inFlight.add(removals);
      written = CompletableFuture.allOf(written, removals.acknowledged());
    }
    if (!search.isDone() || !written.isDone()) {
      return true;
    }
    written.join(); // A failure ends the loop.
    partition.compared(beganAt);
    inFlight.commitAgain(partition.images(), new OffsetAndMetadata(position));
    return false;
  }

  @Override
  public void close() {
    search.close();
  }
}
