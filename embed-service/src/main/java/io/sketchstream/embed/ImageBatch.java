package io.sketchstream.embed;

import io.sketchstream.shell.tracing.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;

/// The records of one poll of `images` with what becomes of each, in order.
///
/// An image that comes several times is embedded once, as its last record says. All its records are
/// answered with that, each at its place: so at every position in the embeddings, each image is at
/// least as new as it was at that position in `images`.
record ImageBatch(PolledBatch polled, List<Entry> entries) {

  /// @param record what is answered
  /// @param work what the answer is made by
  record Entry(ConsumerRecord<byte[], byte[]> record, Work work) {}

  /// @param source the last record of an image
  record Work(
      ConsumerRecord<byte[], byte[]> source, Step step, CompletableFuture<ImageOutcome> outcome) {}

  static ImageBatch begin(
      ConsumerRecords<byte[], byte[]> records,
      Function<ConsumerRecord<byte[], byte[]>, Work> embed) {
    List<Entry> entries = new ArrayList<>(records.count());
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> ofPartition = records.records(partition);
      Map<Object, ConsumerRecord<byte[], byte[]>> last = new HashMap<>();
      ofPartition.forEach(record -> last.put(identity(record), record));
      Map<Object, Work> begun = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : ofPartition) {
        Work work = begun.computeIfAbsent(identity(record), key -> embed.apply(last.get(key)));
        entries.add(new Entry(record, work));
      }
    }
    return new ImageBatch(new PolledBatch(records), entries);
  }

  /// What has no key is no image, and like no other record.
  private static Object identity(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? (Object) record.offset() : Bytes.wrap(record.key());
  }
}
