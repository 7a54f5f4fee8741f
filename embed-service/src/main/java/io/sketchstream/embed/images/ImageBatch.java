package io.sketchstream.embed.images;

import io.sketchstream.embed.loops.PolledBatch;
import io.sketchstream.shell.tracing.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;

/// The records of one poll of `images` with the outcome of each, in order.
///
/// An image with several records is embedded once, from its last record. Each of its records is
/// answered with that embedding, at its place. So at every position in the embeddings, each image
/// is at least as new as it was at that position in `images`.
record ImageBatch(PolledBatch polled, List<Entry> entries) {

  /// @param record that is answered
  /// @param work that makes the answer
  /// @param term in which it is answered
  record Entry(ConsumerRecord<byte[], byte[]> record, Work work, long term) {}

  /// @param source last record of an image
  record Work(
      ConsumerRecord<byte[], byte[]> source, Step step, CompletableFuture<ImageOutcome> outcome) {}

  /// Embeds an image.
  interface Embed {
    /// @param first record of the image in the batch
    /// @param last record of the image in the batch, which counts
    Work begin(ConsumerRecord<byte[], byte[]> first, ConsumerRecord<byte[], byte[]> last);
  }

  /// @param terms of the owner, by partition of `images`
  /// @param written notified of each write that is acknowledged
  static ImageBatch begin(
      ConsumerRecords<byte[], byte[]> records,
      ToLongFunction<TopicPartition> terms,
      Embed embed,
      Consumer<RecordMetadata> written) {
    List<Entry> entries = new ArrayList<>(records.count());
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> ofPartition = records.records(partition);
      Map<Object, ConsumerRecord<byte[], byte[]>> last = new HashMap<>();
      ofPartition.forEach(record -> last.put(identity(record), record));
      Map<Object, Work> begun = new HashMap<>();
      long term = terms.applyAsLong(partition);
      for (ConsumerRecord<byte[], byte[]> record : ofPartition) {
        Work work =
            begun.computeIfAbsent(identity(record), key -> embed.begin(record, last.get(key)));
        entries.add(new Entry(record, work, term));
      }
    }
    return new ImageBatch(new PolledBatch(records, written), entries);
  }

  /// A record without a key is not an image and equals no other record.
  private static Object identity(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? (Object) record.offset() : Bytes.wrap(record.key());
  }
}
