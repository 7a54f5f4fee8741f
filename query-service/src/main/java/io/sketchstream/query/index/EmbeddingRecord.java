package io.sketchstream.query.index;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/// A record of an embeddings topic as bytes.
///
/// @param time when it was written, milliseconds since 1970
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record EmbeddingRecord(byte[] key, byte[] value, Headers headers, long offset, long time) {
  static EmbeddingRecord of(ConsumerRecord<byte[], byte[]> record) {
    return new EmbeddingRecord(
        record.key(), record.value(), record.headers(), record.offset(), record.timestamp());
  }
}
