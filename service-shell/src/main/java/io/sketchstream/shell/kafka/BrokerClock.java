package io.sketchstream.shell.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;

/// The time of Kafka's brokers, who stamp the records of searches (`LogAppendTime`). It is
/// estimated from the acknowledgements of this process's own records: a broker stamps a record
/// after it was sent and before it was acknowledged. So processes agree on times even if their
/// clocks differ.
///
/// Until the first acknowledgement it is unknown; then only times that are days ago count as past.
/// Of several acknowledgements, the one with the shortest round trip counts, for a while.
///
/// **Threads:** any.
public final class BrokerClock implements InstantSource {
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Estimate NONE = new Estimate(Duration.ZERO, Duration.ofDays(1), 0);

  private final InstantSource own;
  private volatile Estimate estimate = NONE;

  /// @param ahead of the clock of this process
  /// @param error largest error, in both directions
  private record Estimate(Duration ahead, Duration error, long madeNanos) {
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
    return own.instant().plus(estimate.ahead());
  }

  /// Whether it is known.
  public boolean isKnown() {
    return estimate != NONE;
  }

  /// Whether a time of the brokers has passed for sure.
  public boolean isPast(Instant time) {
    Estimate now = estimate;
    return own.instant().plus(now.ahead()).minus(now.error()).isAfter(time);
  }

  /// A time of the brokers by the clock of this process.
  public Instant toOwn(Instant time) {
    return time.minus(estimate.ahead());
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

  private void learn(RecordMetadata metadata, long tookNanos) {
    if (!metadata.hasTimestamp()) {
      return;
    }
    // Stamps are whole milliseconds.
    Duration error = Duration.ofNanos(tookNanos / 2).plusMillis(1);
    Instant half = own.instant().minusNanos(tookNanos / 2);
    Duration ahead = Duration.between(half, Instant.ofEpochMilli(metadata.timestamp()));
    Estimate next = new Estimate(ahead, error, System.nanoTime());
    Estimate before = estimate;
    if (error.compareTo(before.error()) <= 0
        || next.madeNanos() - before.madeNanos() > KEPT_NANOS
        || next.contradicts(before)) {
      estimate = next;
    }
  }
}
