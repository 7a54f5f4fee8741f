package io.sketchstream.shell.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/// The time of Kafka's brokers, who stamp the records of searches (`LogAppendTime`). It is
/// estimated from the acknowledgements of this process's own records: a broker stamps a record
/// after it was sent and before it was acknowledged. So processes agree on times even if their
/// clocks differ.
///
/// Until the first acknowledgement it is unknown; then only times that are days ago count as past.
/// Of several acknowledgements of a partition, the one with the shortest round trip counts, for a
/// while. The brokers' own clocks may differ, and each stamps the partitions that it leads: the one
/// that is furthest behind counts, so that none of them is judged too late.
///
/// **Threads:** any.
public final class BrokerClock implements InstantSource {
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

  /// Of a partition that is not written any more.
  private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final int PARTITIONS_MAX = 1_000;

  /// A step of the clock of this process; smaller ones are within the errors or slow.
  private static final Duration STEP = Duration.ofSeconds(1);

  private static final Estimate NONE =
      new Estimate(Duration.ZERO, Duration.ofDays(1), 0, Instant.EPOCH);

  private final InstantSource own;
  private final Map<TopicPartition, Estimate> estimates = new HashMap<>(); // Guarded by this.
  private volatile Estimate careful = NONE;

  /// @param ahead of the clock of this process
  /// @param error largest error, in both directions
  private record Estimate(Duration ahead, Duration error, long madeNanos, Instant madeAt) {
    Duration atLeast() {
      return ahead.minus(error);
    }

    /// Whether the clock of this process was set since.
    boolean isOfAnotherTime(long nanos, Instant now) {
      Duration passed = Duration.ofNanos(nanos - madeNanos);
      return Duration.between(madeAt, now).minus(passed).abs().compareTo(STEP) > 0;
    }

    boolean contradicts(Estimate other) {
      return ahead.minus(other.ahead).abs().compareTo(error.plus(other.error)) > 0;
    }
  }

  /// @param own the clock of this process
  public BrokerClock(InstantSource own) {
    this.own = own;
  }

  /// Its time; that of this process while it is not known.
  @Override
  public Instant instant() {
    return own.instant().plus(careful.ahead());
  }

  /// Whether it is known.
  public boolean isKnown() {
    return careful != NONE;
  }

  /// Whether a time of the brokers has passed for sure.
  public boolean isPast(Instant time) {
    return own.instant().plus(careful.atLeast()).isAfter(time);
  }

  /// A time of the brokers by the clock of this process.
  public Instant toOwn(Instant time) {
    return time.minus(careful.ahead());
  }

  /// A callback for a record that is sent now; it also updates this clock.
  ///
  /// @param next is called after it
  public Callback learning(Callback next) {
    long sentNanos = System.nanoTime();
    return (metadata, failure) -> {
      if (failure == null) {
        learn(metadata, System.nanoTime() - sentNanos);
      }
      next.onCompletion(metadata, failure);
    };
  }

  private synchronized void learn(RecordMetadata metadata, long tookNanos) {
    if (!metadata.hasTimestamp()) {
      return;
    }
    // Stamps are whole milliseconds.
    Duration error = Duration.ofNanos(tookNanos / 2).plusMillis(1);
    Instant now = own.instant();
    long nanos = System.nanoTime();
    Instant half = now.minusNanos(tookNanos / 2);
    Duration ahead = Duration.between(half, Instant.ofEpochMilli(metadata.timestamp()));
    estimates
        .values()
        .removeIf(
            old -> nanos - old.madeNanos() > FORGOTTEN_NANOS || old.isOfAnotherTime(nanos, now));
    TopicPartition partition = new TopicPartition(metadata.topic(), metadata.partition());
    Estimate next = new Estimate(ahead, error, nanos, now);
    Estimate before = estimates.getOrDefault(partition, NONE);
    if (before == NONE && estimates.size() >= PARTITIONS_MAX) {
      return; // So many say enough.
    }
    if (error.compareTo(before.error()) <= 0
        || next.madeNanos() - before.madeNanos() > KEPT_NANOS
        || next.contradicts(before)) {
      estimates.put(partition, next);
    }
    careful = estimates.values().stream().min(Comparator.comparing(Estimate::atLeast)).orElse(NONE);
  }
}
