package io.sketchstream.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.TopicProvisioner;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// The file format of records. Numbers are big-endian; a length of -1 is null.
///
/// ```
/// file   = "SKSTREAM", int version, frame*, int 0, long frames
/// frame  = int length, body, int CRC32C of the body
/// body   = long offset, long timestamp, int length, key, int length, value,
///          int headers, (int length, name, int length, value)*
/// ```
final class RecordFormat {
  static final byte[] MAGIC = "SKSTREAM".getBytes(UTF_8);
  static final int VERSION = 1;

  /// Largest body, in bytes: a record that any topic takes.
  static final int BODY_SIZE_MAX =
      TopicProvisioner.RECORD_SIZE_MAX + TopicProvisioner.DEAD_LETTER_HEADERS_SIZE_MAX;

  private static final int HEADERS_MAX = 1000;
  private static final int FIXED_SIZE = 2 * Long.BYTES + 3 * Integer.BYTES;

  private RecordFormat() {}

  /// Bytes of a body; more than an int can hold counts as the largest int.
  static int size(StoredRecord record) {
    long size = FIXED_SIZE + (long) length(record.key()) + length(record.value());
    for (StoredRecord.Item header : record.headers()) {
      size += 2L * Integer.BYTES + header.name().getBytes(UTF_8).length + length(header.value());
    }
    return (int) Math.min(Integer.MAX_VALUE, size);
  }

  static byte[] body(StoredRecord record) {
    ByteBuffer body = ByteBuffer.allocate(size(record));
    body.putLong(record.offset()).putLong(record.timestamp());
    put(body, record.key());
    put(body, record.value());
    body.putInt(record.headers().size());
    for (StoredRecord.Item header : record.headers()) {
      put(body, header.name().getBytes(UTF_8));
      put(body, header.value());
    }
    return body.array();
  }

  /// @throws IllegalArgumentException with the reason when it is not the body of a record
  static StoredRecord record(byte[] bytes) {
    ByteBuffer body = ByteBuffer.wrap(bytes);
    try {
      long offset = body.getLong();
      long timestamp = body.getLong();
      byte[] key = take(body);
      byte[] value = take(body);
      StoredRecord record = new StoredRecord(offset, timestamp, key, value, headers(body));
      if (body.hasRemaining()) {
        throw new IllegalArgumentException(body.remaining() + " bytes follow its headers");
      }
      return record;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it ends within a field", e);
    }
  }

  static int crc(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    return (int) crc.getValue();
  }

  private static List<StoredRecord.Item> headers(ByteBuffer body) {
    int count = body.getInt();
    if (count < 0 || count > HEADERS_MAX) {
      throw new IllegalArgumentException("it says that it has " + count + " headers");
    }
    List<StoredRecord.Item> headers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] name = take(body);
      if (name == null) {
        throw new IllegalArgumentException("a header has no name");
      }
      headers.add(new StoredRecord.Item(new String(name, UTF_8), take(body)));
    }
    return List.copyOf(headers);
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static void put(ByteBuffer body, byte[] bytes) {
    if (bytes == null) {
      body.putInt(-1);
    } else {
      body.putInt(bytes.length).put(bytes);
    }
  }

  /// Allocates no more than the body holds.
  private static byte[] take(ByteBuffer body) {
    int length = body.getInt();
    if (length == -1) {
      return null;
    }
    if (length < 0 || length > body.remaining()) {
      throw new IllegalArgumentException("a field says that it has " + length + " bytes");
    }
    byte[] bytes = Arrays.copyOfRange(body.array(), body.position(), body.position() + length);
    body.position(body.position() + length);
    return bytes;
  }
}
