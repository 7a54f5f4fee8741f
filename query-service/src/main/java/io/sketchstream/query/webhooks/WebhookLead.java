package io.sketchstream.query.webhooks;

import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.Topics;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.query.webhooks.Receivers.Receiver;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.TopicFollower;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// The work of the query service that calls the webhooks: reads matches, queues them for each
/// webhook, and records what is left.
///
/// 1. A match goes to the queue of its webhook; if that is full, the webhook is behind.
/// 2. Each [#NOTE_INTERVAL] all webhooks that are behind or fail are noted in `webhooks`, with the
///    offset to continue from. Then offsets are committed up to which no other webhook has anything
///    waiting.
/// 3. After a crash the next leader begins at these offsets, and at those noted. So later
///    deliveries are repeated, and nothing is lost.
/// 4. Each [#CHECK_INTERVAL] queries that ended long ago are removed. The leader does that, as one
///    process is enough.
///
/// **Threads:** one. **Owns:** its Kafka clients and threads.
final class WebhookLead implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(WebhookLead.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration READ_MAX = Duration.ofSeconds(10);
  private static final Duration NOTE_INTERVAL = Duration.ofSeconds(1);
  private static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

  /// A query is removed only this long after its end, so that nobody registers it again at the same
  /// moment.
  private static final Duration EXPIRED_MIN = Duration.ofHours(1);

  /// Queries removed in one round.
  private static final int REMOVED_MAX = 100;

  /// Notes of no webhook that are removed in one transaction, which must not take long.
  private static final int NOTES_REMOVED_MAX = 10_000;

  private final WebhookNotes notes;
  private final WebhookOptions options;
  private final WebhookMetrics metrics;
  private final Consumer<String> removal;
  private final BrokerClock clock;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Map<String, Webhook> webhooks = new HashMap<>();
  private final Withdrawals withdrawals = new Withdrawals();
  private final TopicFollower<StandingQuery, Receivers> receivers;
  private final MatchPositions matches;
  private final CatchUp catchUp;
  private final Callers callers;
  private long notedNanos = System.nanoTime();
  private long checkedNanos = System.nanoTime() - CHECK_INTERVAL.toNanos();

  /// What the lead needs.
  ///
  /// @param removal removes a query by its id
  record Spec(WebhookOptions options, Consumer<String> removal) {}

  /// @param notes written by this instance
  /// @throws RuntimeException when Kafka does not answer
  WebhookLead(
      KafkaClients clients,
      WebhookNotes notes,
      Spec spec,
      WebhookMetrics metrics,
      BrokerClock clock) {
    this.notes = notes;
    this.options = spec.options();
    this.removal = spec.removal();
    this.metrics = metrics;
    this.clock = clock;
    try {
      receivers =
          own(
              TopicFollower.open(
                  clients,
                  "query-webhooks-receivers",
                  Topics.STANDING_QUERIES,
                  new Receivers(options.countMax()),
                  Receivers::with));
      receivers.readToEnd(READ_MAX);
      matches = own(new MatchPositions(clients));
      catchUp = own(new CatchUp(clients, withdrawals));
      callers = own(new Callers(options, metrics, clock));
      takeIn(true);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    LOG.infof("this instance calls the %d webhooks", webhooks.size());
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /// Reads what is new, calls what is due, notes what is left.
  ///
  /// @return false when it has to be opened again
  boolean round() {
    boolean busy = catchUp.round(matches.read());
    readMatches(busy ? Duration.ZERO : POLL);
    webhooks.values().forEach(callers::callIfDue);
    long now = System.nanoTime();
    if (now - notedNanos >= NOTE_INTERVAL.toNanos()) {
      notedNanos = now;
      boolean check = now - checkedNanos >= CHECK_INTERVAL.toNanos();
      note(check);
      if (check) {
        checkedNanos = now;
        removeExpired();
      }
      return !matches.isOutdated();
    }
    return true;
  }

  private void readMatches(Duration timeout) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    matches.poll(timeout).forEach(records::add);
    if (receivers.poll(Duration.ZERO)) {
      takeIn(false);
    }
    if (records.isEmpty()) {
      return;
    }
    // A match is never older than its query: all that these are for are there then.
    receivers.readToEnd(READ_MAX);
    takeIn(false);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Webhook webhook = webhooks.get(MatchPositions.queryId(record));
      if (webhook != null) {
        MatchPositions.delivery(record)
            .filter(withdrawals::admit)
            .ifPresent(delivery -> webhook.offer(delivery, matches.read()));
        callers.callIfDue(webhook);
        if (webhook.isBehind()) {
          catchUp.add(webhook);
        }
      }
      matches.taken(record);
    }
    matches.allTaken();
  }

  /// Nothing while the brokers' time is unknown: the clock of this process may be wrong.
  private void removeExpired() {
    if (!clock.isKnown()) {
      return;
    }
    receivers.readToEnd(READ_MAX);
    takeIn(false);
    receivers.value().expired(until -> clock.isPast(until.plus(EXPIRED_MIN))).stream()
        .filter(id -> !webhooks.containsKey(id) || webhooks.get(id).isDone())
        .limit(REMOVED_MAX)
        .forEach(removal);
  }

  /// Applies changes of the registered webhooks.
  ///
  /// @param first whether the notes of a former leader apply
  private void takeIn(boolean first) {
    Map<String, Receiver> now = receivers.value().all();
    webhooks
        .entrySet()
        .removeIf(entry -> {
          boolean gone = !now.containsKey(entry.getKey());
          if (gone) {
            entry.getValue().remove();
          }
          return gone;
        });
    now.forEach((id, receiver) -> {
      Webhook known = webhooks.get(id);
      if (known == null) {
        WebhookChanged note = first ? notes.all().get(id) : null;
        Webhook added =
            note == null
                ? new Webhook(receiver, options, metrics)
                : new Webhook(receiver, options, metrics, matches.within(note));
        webhooks.put(id, added);
        if (added.isBehind()) {
          catchUp.add(added);
        }
      } else if (!known.receiver().equals(receiver)) {
        known.registered(receiver);
      }
    });
  }

  /// Writes down what is left.
  ///
  /// @param anyway also the offsets that have not changed
  void note(boolean anyway) {
    Map<Integer, Long> low = new HashMap<>(matches.read());
    List<WebhookChanged> changed = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    int troubled = 0;
    for (Map.Entry<String, Webhook> entry : webhooks.entrySet()) {
      Webhook webhook = entry.getValue();
      WebhookChanged before = notes.all().get(entry.getKey());
      if (webhook.isNoteworthy() || (before != null && webhook.waiting() > 0)) {
        troubled++;
        WebhookChanged note = webhook.note(matches.read());
        if (before == null || !before.toBuilder().clearChangedAt().build().equals(note)) {
          changed.add(note.toBuilder().setChangedAt(Instants.timestamp(clock.instant())).build());
        }
      } else if (before != null) {
        removed.add(entry.getKey());
      } else {
        webhook.remaining(matches.read()).forEach((p, offset) -> low.merge(p, offset, Math::min));
      }
    }
    notes.all().keySet().stream()
        .filter(id -> !webhooks.containsKey(id))
        .limit(NOTES_REMOVED_MAX)
        .forEach(removed::add);
    metrics.troubled(troubled);
    notes.publish(changed, removed); // Before the offsets, which skip what it holds.
    matches.commit(low, anyway);
  }

  /// Ends the calls, and writes down what is left.
  void finish() {
    callers.close();
    note(false);
  }

  @Override
  public void close() {
    webhooks.values().forEach(Webhook::remove);
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warnf(e, "webhooks did not stop cleanly");
      }
    }
  }
}
