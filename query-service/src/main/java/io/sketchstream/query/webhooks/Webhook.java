package io.sketchstream.query.webhooks;

import io.sketchstream.events.Instants;
import io.sketchstream.events.MatchPosition;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.query.webhooks.Receivers.Receiver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The matches that one webhook still has to get, and the state of its calls.
///
/// Its next matches are queued here. When the queue is full, nothing more is queued until it is
/// read again from `matches`: the webhook is *behind*, and [#from] says where to continue.
///
/// **Threads:** the loop queues; one at a time delivers; all methods hold its lock.
final class Webhook {
  /// Most matches queued for one webhook.
  static final int QUEUE_MAX = 32;

  /// Most matches queued for all, beyond the first of each.
  private static final int WAITING_MAX = 10_000;

  /// A webhook that is behind reads on when its queue is down to this size.
  private static final int QUEUE_LOW = QUEUE_MAX / 4;

  /// Fewer failures never stop a webhook, so that it has another chance after a restart.
  private static final int FAILURES_MIN = 3;

  private static final int DOUBLINGS_MAX = 30;

  /// Longest reason of a failure, in characters.
  static final int REASON_LENGTH_MAX = 500;

  private final WebhookOptions options;
  private final WebhookMetrics metrics;
  private final Deque<Delivery> queue = new ArrayDeque<>();
  private final Map<Integer, Long> from = new HashMap<>();
  private Receiver receiver;
  private boolean behind;
  private boolean working;
  private boolean slow;
  private int failures;
  private long retryNanos;
  private Optional<Instant> failingSince = Optional.empty();
  private Duration failedBefore = Duration.ZERO;
  private OptionalLong failingNanos = OptionalLong.empty(); // Of the first failure here.
  private Optional<Instant> stoppedAt = Optional.empty();
  private String reason = "";

  /// A new webhook: it gets matches from now on.
  Webhook(Receiver receiver, WebhookOptions options, WebhookMetrics metrics) {
    this.receiver = receiver;
    this.options = options;
    this.metrics = metrics;
  }

  /// A webhook taken over from another leader. Matches that it has not accepted yet are sent even
  /// if it was registered again meanwhile, unless it was stopped before.
  ///
  /// @param noted as [MatchPositions#within] returns it
  Webhook(Receiver receiver, WebhookOptions options, WebhookMetrics metrics, WebhookChanged noted) {
    this(receiver, options, metrics);
    boolean same = noted.getRegisteredAt().equals(receiver.registeredAt());
    if (noted.hasStoppedAt() && !same) {
      return;
    }
    if (same) {
      reason = noted.getReason();
      failingSince = noted.hasFailingSince() ? time(noted.getFailingSince()) : Optional.empty();
      stoppedAt = noted.hasStoppedAt() ? time(noted.getStoppedAt()) : Optional.empty();
    }
    behind = stoppedAt.isEmpty();
    for (MatchPosition position : noted.getRemainingList()) {
      from.put(position.getPartition(), position.getOffset());
    }
  }

  private static Optional<Instant> time(com.google.protobuf.Timestamp time) {
    return Optional.of(Instants.of(time));
  }

  synchronized Receiver receiver() {
    return receiver;
  }

  /// It was registered again: the remaining matches go to the new receiver.
  synchronized void registered(Receiver now) {
    receiver = now;
    behind &= stoppedAt.isEmpty(); // What a stopped webhook has missed is not sent any more.
    failures = 0;
    retryNanos = System.nanoTime();
    failingSince = Optional.empty();
    failingNanos = OptionalLong.empty();
    stoppedAt = Optional.empty();
    reason = "";
  }

  /// The main reader has a match for it.
  ///
  /// @param read where the main reader is, by partition; at this match in its own
  synchronized void offer(Delivery delivery, Map<Integer, Long> read) {
    if (stoppedAt.isPresent() || behind || delivery.offset() < from(delivery.partition())) {
      return;
    }
    if (!add(delivery)) {
      behind = true;
      read.forEach((partition, offset) -> from.merge(partition, offset, Math::max));
    }
  }

  /// Its own reader has a match for it.
  ///
  /// @return false when there is no room
  synchronized boolean offerAgain(Delivery delivery) {
    return delivery.offset() < from(delivery.partition()) || add(delivery);
  }

  /// One is always accepted, so that a full process does not block a webhook whose queue is empty.
  private boolean add(Delivery delivery) {
    if (!queue.isEmpty() && (queue.size() >= QUEUE_MAX || metrics.waiting() >= WAITING_MAX)) {
      return false;
    }
    queue.add(delivery);
    metrics.waits(1);
    from.put(delivery.partition(), delivery.offset() + 1);
    return true;
  }

  /// Its own reader has nothing more for it before this offset.
  synchronized void passed(int partition, long offset) {
    from.merge(partition, offset, Math::max);
  }

  /// Where its own reader continues.
  synchronized long from(int partition) {
    return from.getOrDefault(partition, 0L);
  }

  /// Its own reader has reached the main one.
  synchronized void caughtUp() {
    behind = false;
  }

  synchronized boolean isBehind() {
    return behind && stoppedAt.isEmpty();
  }

  /// Whether its own reader may continue.
  synchronized boolean wantsMore() {
    return isBehind() && queue.size() <= (failures > 0 ? 0 : QUEUE_LOW);
  }

  /// Marks it as being called, if it is due and not being called. If true, the caller must call it.
  synchronized boolean begin() {
    if (working
        || queue.isEmpty()
        || stoppedAt.isPresent()
        || (failures > 0 && retryNanos - System.nanoTime() > 0)) {
      return false;
    }
    working = true;
    return true;
  }

  /// The next delivery; empty when it was stopped meanwhile.
  synchronized Optional<Delivery> next() {
    return Optional.ofNullable(queue.peek());
  }

  /// The call has ended, whatever its outcome.
  synchronized void ended() {
    working = false;
  }

  /// The receiver accepted it.
  synchronized void delivered(Delivery delivery, boolean wasSlow) {
    if (delivery.equals(queue.peek())) {
      queue.remove();
      metrics.waits(-1);
    }
    slow = wasSlow;
    failures = 0;
    failingSince = Optional.empty();
    failingNanos = OptionalLong.empty();
    reason = "";
  }

  /// A call has failed.
  ///
  /// @return whether it is stopped by this failure
  synchronized boolean failed(String why, Instant now) {
    failures++;
    slow = true;
    reason = why.length() <= REASON_LENGTH_MAX ? why : why.substring(0, REASON_LENGTH_MAX);
    // A note may say a time to come: the webhook would never be given up.
    failingSince = failingSince.filter(since -> !since.isAfter(now)).or(() -> Optional.of(now));
    if (failingNanos.isEmpty()) {
      failedBefore = Duration.between(failingSince.get(), now);
      failingNanos = OptionalLong.of(System.nanoTime());
    }
    if (failures >= FAILURES_MIN && failing().compareTo(options.stopAfter()) >= 0) {
      stoppedAt = Optional.of(now);
      discard();
      return true;
    }
    retryNanos = System.nanoTime() + delay().toNanos();
    return false;
  }

  /// How long it has only failed. The time since the first failure here is even, whoever sets a
  /// clock meanwhile.
  private Duration failing() {
    return failedBefore.plusNanos(System.nanoTime() - failingNanos.getAsLong());
  }

  /// This process sends nothing more to it.
  synchronized void remove() {
    behind = false;
    discard();
  }

  private void discard() {
    metrics.waits(-queue.size());
    queue.clear();
  }

  private Duration delay() {
    Duration delay = options.retryMin().multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
    return delay.compareTo(options.retryMax()) < 0 ? delay : options.retryMax();
  }

  /// Whether its calls may take long and so run on separate threads.
  synchronized boolean isSlow() {
    return slow;
  }

  synchronized int waiting() {
    return queue.size();
  }

  /// Whether nothing is left to send.
  synchronized boolean isDone() {
    return queue.isEmpty() && !isBehind();
  }

  /// Whether its state must be noted in `webhooks`, so that nothing else waits for it.
  synchronized boolean isNoteworthy() {
    return behind || stoppedAt.isPresent() || failures > 0 || failingSince.isPresent();
  }

  /// The first offset that it has not accepted yet, by partition.
  ///
  /// @param read where the main reader is
  synchronized Map<Integer, Long> remaining(Map<Integer, Long> read) {
    Map<Integer, Long> remaining = new HashMap<>(read);
    if (stoppedAt.isPresent()) {
      return Map.of();
    }
    remaining.replaceAll(
        (partition, offset) -> behind ? from(partition) : Math.max(offset, from(partition)));
    queue.forEach(waits -> remaining.merge(waits.partition(), waits.offset(), Math::min));
    return remaining;
  }

  /// Its record for `webhooks`.
  synchronized WebhookChanged note(Map<Integer, Long> read) {
    WebhookChanged.Builder note =
        WebhookChanged.newBuilder()
            .setQueryId(receiver.queryId())
            .setRegisteredAt(receiver.registeredAt())
            .setReason(reason);
    failingSince.ifPresent(since -> note.setFailingSince(Instants.timestamp(since)));
    stoppedAt.ifPresent(at -> note.setStoppedAt(Instants.timestamp(at)));
    remaining(read).entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry ->
            note.addRemaining(
                MatchPosition.newBuilder()
                    .setPartition(entry.getKey())
                    .setOffset(entry.getValue())));
    return note.build();
  }
}
