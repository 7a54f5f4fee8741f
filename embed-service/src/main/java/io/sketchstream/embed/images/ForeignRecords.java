package io.sketchstream.embed.images;

import io.sketchstream.embed.images.WrittenOffsets.Range;
import io.sketchstream.embed.loops.PartitionScan;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.shell.kafka.KafkaClients;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// What records of the embeddings say that their owner did not write, or not alone.
///
/// **Threads:** one.
final class ForeignRecords {
  private long earliest = Long.MAX_VALUE;
  private long term = -1;

  private ForeignRecords() {}

  /// Reads a part of the embeddings.
  ///
  /// @throws org.apache.kafka.common.errors.TimeoutException when Kafka has not answered for long
  static ForeignRecords read(
      KafkaClients clients, String clientId, TopicPartition embeddings, Range range) {
    ForeignRecords found = new ForeignRecords();
    try (PartitionScan scan =
        new PartitionScan(clients, clientId, embeddings, range.from(), range.end())) {
      boolean more = true;
      while (more) {
        more = scan.step(found::add);
      }
    }
    return found;
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() != null) { // Else it changes nothing.
      earliest = Math.min(earliest, EventHeaders.imagesOffset(record.headers()).orElse(-1));
    }
    EventHeaders.term(record.headers(), record.offset())
        .ifPresent(other -> term = Math.max(term, other));
  }

  /// The earliest record of `images` that is answered there; the largest number if there is none,
  /// negative if some record does not say what it answers.
  long earliest() {
    return earliest;
  }

  /// The highest term in which one was written; -1 if none has one.
  long term() {
    return term;
  }
}
