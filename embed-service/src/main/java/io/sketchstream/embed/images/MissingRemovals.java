package io.sketchstream.embed.images;

import io.sketchstream.embed.loops.PartitionScan;
import io.sketchstream.events.Sha256;
import io.sketchstream.shell.kafka.KafkaClients;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;

/// Compares the live keys of a partition of `images` with those of the embeddings made of it, and
/// finds missed removals: Kafka keeps a removal only for some time, and a reader that comes later
/// finds neither the image nor its removal.
///
/// The keys of `images` are kept as hashes of 64 bits. If there are too many, the comparison reads
/// both partitions several times, each time for a share of the hashes. Two keys with the same hash
/// would let a removed image stay; with a million images the probability is one in 10^13.
///
/// **Threads:** one. **Owns:** its consumer.
final class MissingRemovals implements AutoCloseable {
  /// about 25 MB.
  private static final int KEYS_MAX = 400_000;

  private static final int FOUND_MAX = 10_000;

  private final KafkaClients clients;
  private final Part images;
  private final Part embeddings;
  private final long next;
  private final int keysMax;
  private final Set<Long> live = new HashSet<>();
  private final Set<Bytes> missing = new HashSet<>();
  private final Deque<Share> shares = new ArrayDeque<>();
  private final MessageDigest digest = Sha256.digest();
  private Optional<PartitionScan> scan = Optional.empty();
  private boolean readingImages;

  /// A part of a partition.
  record Part(TopicPartition partition, long from, long end) {}

  /// The hashes whose lowest bits are these.
  private record Share(long mask, long bits) {
    boolean has(long hash) {
      return (hash & mask) == bits;
    }

    Share half(long bit) {
      return new Share(mask << 1 | 1, bits | bit * (mask + 1));
    }
  }

  /// @param images all of them; none may be embedded meanwhile
  /// @param embeddings all of them
  /// @param next offset of the next image to embed; removals from there on are answered in order
  MissingRemovals(KafkaClients clients, Part images, Part embeddings, long next) {
    this(clients, images, embeddings, next, KEYS_MAX);
  }

  /// @param keysMax keys of `images` in memory
  MissingRemovals(KafkaClients clients, Part images, Part embeddings, long next, int keysMax) {
    this.clients = clients;
    this.images = images;
    this.embeddings = embeddings;
    this.next = next;
    this.keysMax = keysMax;
    shares.push(new Share(0, 0));
  }

  /// Whether it has ended.
  boolean isDone() {
    return shares.isEmpty();
  }

  /// Continues for a moment.
  ///
  /// @return keys that are or were live in the embeddings, and are not in `images`, where no
  ///   removal of theirs is yet to be answered either
  List<byte[]> step() {
    if (isDone()) {
      return List.of();
    }
    if (scan.isEmpty()) {
      readingImages = !readingImages;
      scan = Optional.of(open(readingImages ? images : embeddings));
    }
    boolean more = scan.get().step(readingImages ? this::image : this::embedding);
    boolean shareDone = !more && !readingImages;
    if (!more) {
      close();
    }
    if (shareDone) {
      shares.pop();
      live.clear();
    }
    return shareDone || missing.size() > FOUND_MAX ? found() : List.of();
  }

  private PartitionScan open(Part part) {
    return new PartitionScan(
        clients, "embed-compare-" + part.partition(), part.partition(), part.from(), part.end());
  }

  private void image(ConsumerRecord<byte[], byte[]> record) {
    if (!ImageRecords.hasImageId(record)) {
      return;
    }
    long hash = hash(record.key());
    if (!shares.getFirst().has(hash)) {
      return;
    }
    if (record.value() == null && record.offset() < next) {
      live.remove(hash);
    } else if (live.add(hash) && live.size() > keysMax) {
      split();
    }
  }

  /// The other half comes later.
  private void split() {
    Share both = shares.pop();
    shares.push(both.half(1));
    shares.push(both.half(0));
    live.removeIf(hash -> !shares.getFirst().has(hash));
  }

  private void embedding(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    long hash = hash(record.key());
    if (shares.getFirst().has(hash) && !live.contains(hash)) {
      if (record.value() == null) {
        missing.remove(Bytes.wrap(record.key()));
      } else {
        missing.add(Bytes.wrap(record.key()));
      }
    }
  }

  private List<byte[]> found() {
    List<byte[]> found = new ArrayList<>(missing.size());
    missing.forEach(key -> found.add(key.get()));
    missing.clear();
    return found;
  }

  private long hash(byte[] key) {
    return ByteBuffer.wrap(digest.digest(key)).getLong();
  }

  @Override
  public void close() {
    scan.ifPresent(PartitionScan::close);
    scan = Optional.empty();
  }
}
