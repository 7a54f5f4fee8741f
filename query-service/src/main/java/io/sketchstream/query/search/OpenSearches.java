package io.sketchstream.query.search;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// The searches that were polled and are not answered yet, and which were answered recently. An
/// offset may be committed once all searches before it are answered, so that none is lost with a
/// process. A search that embed has sent twice is answered once.
///
/// When a partition moves to another process, that one answers what is open here: each search is
/// answered either here or there, see [Search#beginAnswer].
///
/// **Threads:** any.
final class OpenSearches {
  /// Searches whose repetition is recognized.
  private static final int ANSWERED_MAX = 10_000;

  private static final int IDENTITY_LENGTH_MAX = 400;

  private final Map<TopicPartition, Partition> partitions = new HashMap<>();
  private final Map<String, Search> known = new LinkedHashMap<>();

  private static final class Partition {
    private final NavigableMap<Long, Search> open = new TreeMap<>();
    private long next;
    private long committed = -1;
  }

  /// A search between its poll and the acknowledgement of its answer.
  final class Search {
    private final TopicPartition partition;
    private final long offset;
    private String identity = "";
    private boolean moved;
    private boolean sending;

    private Search(TopicPartition partition, long offset) {
      this.partition = partition;
      this.offset = offset;
    }

    /// Says which search it is.
    ///
    /// @param id the same for each repetition of the search; one that is very long is not kept
    /// @return false when it repeats one that was answered, or is about to be. One that another
    ///   process answers is not kept: it may come back
    boolean identify(String id) {
      if (id.length() > IDENTITY_LENGTH_MAX) {
        return true;
      }
      synchronized (OpenSearches.this) {
        if (moved) {
          return true;
        }
        if (known.putIfAbsent(id, this) != null) {
          return false;
        }
        identity = id;
        if (known.size() > ANSWERED_MAX) {
          Iterator<String> oldest = known.keySet().iterator();
          oldest.next();
          oldest.remove();
        }
        return true;
      }
    }

    /// Says that its answer is sent now.
    ///
    /// @return false when another process answers it
    boolean beginAnswer() {
      synchronized (OpenSearches.this) {
        sending = !moved;
        return sending;
      }
    }

    /// Its answer is acknowledged or lost, or it needs none. If another process answers it, its
    /// offset stays uncommitted.
    void end() {
      synchronized (OpenSearches.this) {
        sending = false;
        Partition its = partitions.get(partition);
        if (its != null && !moved) {
          its.open.remove(offset, this);
        }
        OpenSearches.this.notifyAll();
      }
    }
  }

  /// A record was polled.
  synchronized Search begin(ConsumerRecord<?, ?> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    Search search = new Search(partition, record.offset());
    Partition its = partitions.computeIfAbsent(partition, _ -> new Partition());
    its.open.put(search.offset, search);
    its.next = Math.max(its.next, search.offset + 1);
    return search;
  }

  /// The offsets to commit: those that are new since the last call.
  synchronized Map<TopicPartition, OffsetAndMetadata> committable() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    partitions.forEach((partition, its) -> {
      long next = its.open.isEmpty() ? its.next : its.open.firstKey();
      if (next > its.committed && next > 0) {
        its.committed = next;
        offsets.put(partition, new OffsetAndMetadata(next));
      }
    });
    return offsets;
  }

  /// A commit has failed: all offsets are committable again.
  synchronized void commitFailed() {
    partitions.values().forEach(its -> its.committed = -1);
  }

  /// Waits until the answers of these partitions are acknowledged that are being sent.
  synchronized void awaitSent(Collection<TopicPartition> of, Duration max)
      throws InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (of.stream().anyMatch(this::isSending)) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        return;
      }
      wait(millis);
    }
  }

  private boolean isSending(TopicPartition partition) {
    Partition its = partitions.get(partition);
    return its != null && its.open.values().stream().anyMatch(search -> search.sending);
  }

  /// Partitions are about to move to another process: what is open there is not answered here any
  /// more, unless its answer is being sent.
  synchronized void leave(Collection<TopicPartition> moving) {
    for (TopicPartition partition : moving) {
      Partition its = partitions.get(partition);
      if (its != null) {
        its.open
            .values()
            .forEach(search -> {
              search.moved = !search.sending;
              if (search.moved) {
                known.remove(search.identity, search); // It may come back.
              }
            });
      }
    }
  }

  /// Forgets partitions that have moved.
  synchronized void forget(Collection<TopicPartition> moved) {
    moved.forEach(partitions::remove);
  }

  /// The partitions that have searches, or had.
  synchronized Collection<TopicPartition> partitions() {
    return Set.copyOf(partitions.keySet());
  }
}
