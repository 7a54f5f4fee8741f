package io.sketchstream.cli.backup;

import io.sketchstream.events.Sha256;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/// The final state of a partition of a compacted topic: the last record of each key, unless it is a
/// removal. Knows keys and values by their hashes alone: about 130 bytes for each image.
///
/// **Threads:** one.
final class LastRecords {
  private static final BigInteger WRAP = BigInteger.ONE.shiftLeft(128);

  private final MessageDigest sha256 = Sha256.digest();
  private final Map<Hash, Last> last = new HashMap<>();

  /// The first 16 bytes of a SHA-256.
  private record Hash(long high, long low) {
    BigInteger number() {
      byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
      return new BigInteger(1, bytes);
    }
  }

  private record Last(long offset, Hash record) {}

  /// Adds the next record of the partition.
  void add(long offset, byte[] key, byte[] value) {
    if (key == null) {
      return; // No reader knows what it is about.
    }
    if (value == null) {
      last.remove(hash(key, new byte[0]));
    } else {
      last.put(hash(key, new byte[0]), new Last(offset, hash(key, value)));
    }
  }

  /// Whether this is the record that counts for its key.
  boolean isLast(long offset, byte[] key) {
    Last known = key == null ? null : last.get(hash(key, new byte[0]));
    return known != null && known.offset() == offset;
  }

  /// How many keys have a value.
  long live() {
    return last.size();
  }

  /// The sum of the hashes of all keys and their values, modulo 2^128: the same whatever their
  /// order and offsets, and that of a topic is the sum of its partitions'.
  BigInteger digest() {
    BigInteger sum = BigInteger.ZERO;
    for (Last each : last.values()) {
      sum = sum.add(each.record().number());
    }
    return sum.mod(WRAP);
  }

  /// Adds two digests.
  static BigInteger sum(BigInteger one, BigInteger other) {
    return one.add(other).mod(WRAP);
  }

  private Hash hash(byte[] key, byte[] value) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.length).array());
    sha256.update(key);
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest(value));
    return new Hash(digest.getLong(), digest.getLong());
  }
}
