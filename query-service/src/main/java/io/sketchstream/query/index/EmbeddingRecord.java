package io.sketchstream.query.index;

import org.apache.kafka.common.header.Headers;

/// A record of an embeddings topic as bytes.
///
/// @param time when it was written, milliseconds since 1970
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record EmbeddingRecord(byte[] key, byte[] value, Headers headers, long offset, long time) {}
