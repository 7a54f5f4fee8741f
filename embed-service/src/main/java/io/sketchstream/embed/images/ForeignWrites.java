package io.sketchstream.embed.images;

import io.sketchstream.embed.images.WrittenOffsets.Range;
import io.sketchstream.events.Generation;
import java.time.Duration;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jboss.logging.Logger;

/// What an owner does about records in its embeddings that it did not write: a former owner wrote
/// them, before it stopped or late. Those of another program don't say which image they answer: all
/// images are embedded again then, and compared.
///
/// **Threads:** the loop's.
final class ForeignWrites {
  private static final Logger LOG = Logger.getLogger(ForeignWrites.class);

  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  private final Generation generation;
  private final ImageServices services;
  private final KafkaConsumer<byte[], byte[]> consumer;

  ForeignWrites(
      Generation generation, ImageServices services, KafkaConsumer<byte[], byte[]> consumer) {
    this.generation = generation;
    this.services = services;
    this.consumer = consumer;
  }

  /// The images that were answered there are embedded again, from the earliest. If the term of a
  /// record is above that of this owner, since Kafka had forgotten the notes, what this owner has
  /// written since may count for nothing.
  ///
  /// @return whether the owner has a new term, which must be noted before anything is written in it
  boolean examine(OwnedPartition partition) {
    return partition.written().foreign().map(range -> examine(partition, range)).orElse(false);
  }

  private boolean examine(OwnedPartition partition, Range range) {
    ForeignRecords found = read(partition, range);
    boolean outranked = found.term() > partition.term();
    if (outranked) {
      partition.outrank(found.term());
      found = read(partition, new Range(range.from(), partition.written().next()));
    }
    long position = consumer.position(partition.images(), CALL_MAX);
    if (found.earliest() < 0) {
      partition.doubt();
    }
    if (found.earliest() < position) {
      long from = Math.max(0, found.earliest());
      LOG.infof(
          "%s: embeddings %d to %d were not written here: images %d to %d are embedded again",
          partition.embeddings(), range.from(), range.end() - 1, from, position - 1);
      consumer.seek(partition.images(), from);
      partition.repair(range.from(), position);
    }
    partition.written().examined(range);
    return outranked;
  }

  private ForeignRecords read(OwnedPartition partition, Range range) {
    return ForeignRecords.read(
        services.clients(), generation.embedGroup() + "-foreign", partition.embeddings(), range);
  }
}
