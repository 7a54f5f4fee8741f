package io.sketchstream.shell.kafka;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Topic;
import io.sketchstream.events.TopicProvisioner;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;

/// Dead letters of records that can't be processed: key, value and headers as they came, with the
/// reason in the headers.
public final class DeadLetters {
  private static final int REASON_LENGTH_MAX = 2000;
  private static final int KEY_SIZE_MAX = 4 << 10;

  /// The lengths of a header's key and value, five bytes each at most.
  private static final int HEADER_LENGTHS_SIZE_MAX = 10;

  private DeadLetters() {}

  /// The dead letter of a record. One that is too large to be written again, because it came
  /// compressed, is kept without its value and headers.
  public static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> record, String reason) {
    boolean whole = size(record) <= TopicProvisioner.RECORD_SIZE_MAX;
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            Topic.deadLetters(record.topic()).name(),
            null,
            whole || sizeOf(record.key()) <= KEY_SIZE_MAX ? record.key() : null,
            whole ? record.value() : null,
            whole ? record.headers() : null);
    String bounded = reason.substring(0, Math.min(reason.length(), REASON_LENGTH_MAX));
    EventHeaders.refuse(
        letter.headers(),
        record.topic(),
        record.partition(),
        record.offset(),
        whole ? bounded : bounded + " (not kept: the record has " + size(record) + " bytes)");
    return letter;
  }

  /// Of key, value and headers in a record, lengths included.
  private static long size(ConsumerRecord<byte[], byte[]> record) {
    long size = (long) sizeOf(record.key()) + sizeOf(record.value());
    for (Header header : record.headers()) {
      size += HEADER_LENGTHS_SIZE_MAX + Utils.utf8Length(header.key()) + sizeOf(header.value());
    }
    return size;
  }

  private static int sizeOf(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /// The dead letter of a record that another generation may take.
  public static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> record, String reason, Generation refusedBy) {
    ProducerRecord<byte[], byte[]> letter = of(record, reason);
    EventHeaders.setRefusedBy(letter.headers(), refusedBy);
    return letter;
  }
}
