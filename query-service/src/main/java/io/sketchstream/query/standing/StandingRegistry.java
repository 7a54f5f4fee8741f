package io.sketchstream.query.standing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.Topics;
import io.sketchstream.query.search.EventProducer;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.TopicFollower;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;

/// The standing queries: follows `standing-queries`, and writes it for HTTP callers.
///
/// **Threads:** owns one, `query-standing`; any may register, remove and ask.
public final class StandingRegistry implements AutoCloseable {
  private static final String NAME = "query-standing";

  private final KafkaClients clients;
  private final EventProducer producer;
  private final int countMax;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile StandingTable table;
  private volatile boolean caughtUp;
  private Worker worker;

  /// @param countMax most standing queries at a time
  StandingRegistry(
      KafkaClients clients, EventProducer producer, int countMax, InstantSource clock) {
    this.clients = clients;
    this.producer = producer;
    this.countMax = countMax;
    this.clock = clock;
    this.table = new StandingTable(countMax, 0);
  }

  void start(Workers workers) {
    worker = workers.start(NAME, this::run);
  }

  private void run(Worker running) {
    try (TopicFollower<StandingQuery, StandingTable> topic =
        TopicFollower.open(
            clients,
            NAME,
            Topics.STANDING_QUERIES,
            new StandingTable(countMax, producer.partitionCount(Topics.MATCHES)),
            StandingTable::with)) {
      topic.follow(running, this::follow);
    }
  }

  private void follow(StandingTable now) {
    table = now;
    caughtUp = true;
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether everything that was there at the start is read.
  boolean isCaughtUp() {
    return caughtUp;
  }

  StandingTable table() {
    return table;
  }

  /// All queries that are valid and have not ended.
  public Collection<StandingEntry> all() {
    return table.all().stream().filter(entry -> !entry.isExpired(clock.instant())).toList();
  }

  /// A query by its id; empty when it does not exist or has ended.
  public Optional<StandingEntry> find(String id) {
    return table.find(id).filter(entry -> !entry.isExpired(clock.instant()));
  }

  /// Why a query that was written to Kafka is not registered; empty where nothing is known of it.
  public Optional<String> refusal(String id) {
    return table.refusal(id);
  }

  /// Whether there is room for a query with this id, registered or not.
  public boolean hasRoomFor(String id) {
    return table.hasRoomFor(id);
  }

  /// Checks what only a reader of the topics knows; nothing before they are read.
  ///
  /// @throws IllegalArgumentException when its matches can't be written where it wants them
  public void check(StandingQuery query) {
    if (caughtUp) {
      table.checkReplyPartition(query);
    }
  }

  /// Writes a standing query, and waits until it is read back here.
  ///
  /// @throws TimeoutException when Kafka does not acknowledge it in time
  public void register(StandingQuery query, Duration max)
      throws InterruptedException, TimeoutException, ExecutionException {
    write(query.getQueryId(), query.toByteArray(), max);
    boolean _ =
        await(
            now ->
                now.find(query.getQueryId())
                    .filter(entry -> entry.query().getCreatedAt().equals(query.getCreatedAt()))
                    .isPresent(),
            max);
  }

  /// Removes a standing query, and waits until that is read back here.
  ///
  /// @throws TimeoutException when Kafka does not acknowledge it in time
  public void remove(String id, Duration max)
      throws InterruptedException, TimeoutException, ExecutionException {
    write(id, null, max);
    boolean _ = await(now -> now.find(id).isEmpty(), max);
  }

  /// Removes an expired standing query. Does not wait; after a failure the caller tries again
  /// later.
  public void removeExpired(String id) {
    CompletableFuture<Void> _ = producer.send(record(id, null), Step.NONE);
  }

  private void write(String id, byte[] value, Duration max)
      throws InterruptedException, TimeoutException, ExecutionException {
    CompletableFuture<Void> sent = producer.send(record(id, value), Step.NONE);
    sent.get(max.toNanos(), TimeUnit.NANOSECONDS);
  }

  private ProducerRecord<byte[], byte[]> record(String id, byte[] value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(Topics.STANDING_QUERIES.name(), id.getBytes(UTF_8), value);
    EventHeaders.describe(
        record.headers(), "query-service", StandingQuery.class, id, clock.instant());
    return record;
  }

  private boolean await(Predicate<StandingTable> condition, Duration max)
      throws InterruptedException {
    lock.lock();
    try {
      long left = max.toNanos();
      while (!condition.test(table) && left > 0) {
        left = changed.awaitNanos(left);
      }
      return condition.test(table);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
  }
}
