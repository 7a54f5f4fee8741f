package io.sketchstream.query.search;

import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// Refuses searches that require a write that does not exist: they would wait until their deadline
/// for nothing, in a slot that others need.
///
/// **Threads:** any. If a position is beyond the ends read last, one thread reads the ends of
/// `images` again, for all threads that were waiting when it began.
public final class WrittenPositions {
  private static final Logger LOG = Logger.getLogger(WrittenPositions.class);

  private final Supplier<Map<Integer, Long>> ends;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Read last = new Read(System.nanoTime(), Map.of());

  private record Read(long begunNanos, Map<Integer, Long> ends) {
    boolean covers(ImagePosition position) {
      Long end = ends.get(position.getPartition());
      return end != null && position.getOffset() < end;
    }
  }

  /// @param ends reads the next offset of each partition of `images`; a missing or 0 one is not
  ///   checked, as embeddings may come from elsewhere
  public WrittenPositions(Supplier<Map<Integer, Long>> ends) {
    this.ends = ends;
  }

  /// @param after positions that a search wants to see
  /// @throws SearchFailure when one of them is not written yet, or negative
  public void check(List<ImagePosition> after) throws SearchFailure {
    long askedNanos = System.nanoTime();
    for (ImagePosition position : after) {
      if (position.getOffset() < 0) {
        throw new SearchFailure(
            SearchErrorCode.BAD_REQUEST, "after: an offset is negative: " + text(position));
      }
      if (!last.covers(position)) {
        check(position, askedNanos);
      }
    }
  }

  private void check(ImagePosition position, long askedNanos) throws SearchFailure {
    Read read = readSince(askedNanos);
    Long end = read.ends().get(position.getPartition());
    if (end != null && end > 0 && position.getOffset() >= end) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST,
          "after: there is no write %s; the next one of its partition is %d"
              .formatted(text(position), end));
    }
  }

  private Read readSince(long nanos) {
    reading.lock();
    try {
      if (last.begunNanos() - nanos < 0) {
        long begun = System.nanoTime();
        last = new Read(begun, read());
      }
      return last;
    } finally {
      reading.unlock();
    }
  }

  /// Without Kafka this can't be checked, and the search waits.
  private Map<Integer, Long> read() {
    try {
      return ends.get();
    } catch (KafkaException e) {
      LOG.debugf(e, "the ends of images can't be read");
      return Map.of();
    }
  }

  private static String text(ImagePosition position) {
    return position.getPartition() + ":" + position.getOffset();
  }
}
