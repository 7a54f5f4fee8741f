package io.sketchstream.embed;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Records that can't be processed, on their way to the dead letters: key, value and headers as
/// they came, with the reason on top.
final class DeadLetters {
  private static final int REASON_LENGTH_MAX = 2000;

  private DeadLetters() {}

  static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record, String reason) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            Topics.deadLetters(record.topic()).name(),
            null,
            record.key(),
            record.value(),
            record.headers());
    EventHeaders.refuse(
        letter.headers(),
        record.topic(),
        record.partition(),
        record.offset(),
        reason.substring(0, Math.min(reason.length(), REASON_LENGTH_MAX)));
    return letter;
  }

  /// Of a record that another generation may have taken.
  static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> record, String reason, Generation refusedBy) {
    ProducerRecord<byte[], byte[]> letter = of(record, reason);
    EventHeaders.setRefusedBy(letter.headers(), refusedBy);
    return letter;
  }
}
