package io.sketchstream.query.callers;

import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.query.callers.PendingAnswers.Caller;
import io.sketchstream.query.search.Waiters;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The searches of callers here, until they are answered or taken over: at most one a caller,
/// however many records name it. Each gets its turn when it is due and there is a slot; none is
/// dropped before it is answered.
///
/// **Threads:** any; one calls [#next].
final class TakeoverQueue {
  private final long afterNanos;
  private final int sizeMax;
  private final Waiters waiters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Entry> entries = new LinkedHashMap<>(); // The first is due first.
  private final Set<String> running = new HashSet<>();
  private int slots;

  /// @param after how long an answer may take
  /// @param callersMax callers that may wait at once
  /// @param concurrentMax searches that are taken over at once
  TakeoverQueue(Duration after, int callersMax, int concurrentMax) {
    this.afterNanos = after.toNanos();
    this.sizeMax = callersMax;
    this.waiters = new Waiters(concurrentMax);
    this.slots = concurrentMax;
  }

  /// A search of a caller here.
  ///
  /// @param record the one that the sketch came in
  record Entry(
      String queryId,
      Caller caller,
      ConsumerRecord<byte[], byte[]> record,
      SketchEmbedded sketch,
      long dueNanos) {
    boolean isAnswered() {
      return caller.answer().isDone();
    }

    private SearchRequest request() {
      return caller.query().request();
    }
  }

  /// Whether records that name this caller are of use: only the first one is.
  boolean wants(String queryId) {
    lock.lock();
    try {
      return !entries.containsKey(queryId) && !running.contains(queryId);
    } finally {
      lock.unlock();
    }
  }

  /// Adds the search of a caller, if it is wanted.
  void add(
      String queryId, Caller caller, ConsumerRecord<byte[], byte[]> record, SketchEmbedded sketch) {
    lock.lock();
    try {
      if (!wants(queryId)) {
        return;
      }
      if (entries.size() >= sizeMax) { // The rest are callers that wait: fewer than that.
        entries.values().removeIf(Entry::isAnswered);
      }
      entries.put(
          queryId, new Entry(queryId, caller, record, sketch, System.nanoTime() + afterNanos));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a search that is due and not answered, and takes a slot for it.
  ///
  /// @param wait how long to wait for one
  /// @return must [#leave]
  Optional<Entry> next(Duration wait) throws InterruptedException {
    lock.lock();
    try {
      long endNanos = System.nanoTime() + wait.toNanos();
      while (true) {
        long now = System.nanoTime();
        Optional<Entry> due = takeDue(now);
        if (due.isPresent() || endNanos - now <= 0) {
          return due;
        }
        long _ = changed.awaitNanos(Math.min(endNanos - now, untilDue(now)));
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<Entry> takeDue(long now) {
    for (Iterator<Entry> each = entries.values().iterator(); slots > 0 && each.hasNext(); ) {
      Entry entry = each.next();
      if (entry.isAnswered()) {
        each.remove();
      } else if (entry.dueNanos() - now > 0) {
        return Optional.empty();
      } else if (waiters.tryEnter(entry.request())) {
        each.remove();
        slots--;
        running.add(entry.queryId());
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /// Until the first one is due that is not due yet. Those that are due wait for a slot.
  private long untilDue(long now) {
    return entries.values().stream()
        .mapToLong(entry -> entry.dueNanos() - now)
        .filter(left -> left > 0)
        .findFirst()
        .orElse(TimeUnit.HOURS.toNanos(1));
  }

  /// Gives the slot of a search back.
  void leave(Entry entry) {
    lock.lock();
    try {
      running.remove(entry.queryId());
      slots++;
      waiters.leave(entry.request());
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// How many are held.
  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }
}
