package io.sketchstream.cli.backup;

import java.util.List;

/// A record of a topic as stored in a backup.
///
/// @param offset in the partition that it was read from
/// @param timestamp of the record, in milliseconds since 1970
/// @param key null when there is none
/// @param value null for a removal
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
record StoredRecord(long offset, long timestamp, byte[] key, byte[] value, List<Item> headers) {
  /// A header of a record.
  ///
  /// @param value may be null
  @SuppressWarnings("ArrayRecordComponent")
  record Item(String name, byte[] value) {}
}
