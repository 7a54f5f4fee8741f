package io.sketchstream.query.standing;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.query.index.ImageFields;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.lucene.store.AlreadyClosedException;
import org.jboss.logging.Logger;

/// Decides which shards of this process report matches (those of the active generation) and makes
/// them report images that became visible. It also keeps the queries of that generation and their
/// thresholds.
///
/// **Threads:** owns one, `query-matcher`; any may [#wake] it and read [#watched].
final class Matcher implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Matcher.class);
  private static final Duration ROUND_MAX = Duration.ofMillis(100);
  private static final Duration ROUND_MAX_AWAITED = Duration.ofMillis(5);
  private static final Duration ABSENT_RETRY = Duration.ofMillis(500);

  private final KafkaClients clients;
  private final Supplier<Optional<ModelChanged>> active;
  private final BiFunction<Generation, String, Optional<float[]>> vectorOfImage;
  private final StandingRegistry registry;
  private final MatchPublisher publisher;
  private final StandingOptions options;
  private final Calibration calibration;
  private final Set<ShardWatch> shards = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final Condition rounds = lock.newCondition();
  private boolean awake;
  private int awaiting;
  private volatile Watched watched = Watched.NONE;
  private volatile GenerationWatch watch;
  private CompletableFuture<Void> logRead = new CompletableFuture<>();
  private List<ShardWatch> starting = List.of();
  private long absentNanos = System.nanoTime() - ABSENT_RETRY.toNanos();
  private Worker worker;

  /// @param active the active generation
  /// @param vectorOfImage the vector of an image in a generation, where it is in the index
  Matcher(
      KafkaClients clients,
      Supplier<Optional<ModelChanged>> active,
      BiFunction<Generation, String, Optional<float[]>> vectorOfImage,
      StandingRegistry registry,
      MatchPublisher publisher,
      StandingOptions options) {
    this.clients = clients;
    this.active = active;
    this.vectorOfImage = vectorOfImage;
    this.registry = registry;
    this.publisher = publisher;
    this.options = options;
    this.calibration = new Calibration(options);
  }

  void start(Workers workers) {
    worker = workers.start("query-matcher", this::run);
  }

  void add(ShardWatch shard) {
    shards.add(shard);
    wake();
  }

  void remove(ShardWatch shard) {
    shards.remove(shard);
  }

  /// The queries of the active generation; none while they are not read.
  Watched watched() {
    return watched;
  }

  /// Why a query can't be compared in the active generation; empty when it can, or waits for its
  /// vector.
  String refusal(StandingEntry entry) {
    GenerationWatch now = watch;
    return now == null ? "" : now.refusal(entry);
  }

  /// Something became visible, or there is a new shard.
  void wake() {
    lock.lock();
    try {
      awake = true;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until a condition holds after a round. Rounds are more frequent meanwhile.
  ///
  /// @return whether it is; false at the timeout
  boolean await(BooleanSupplier condition, Duration max) throws InterruptedException {
    lock.lock();
    try {
      awaiting++;
      awake = true;
      woken.signal();
      long left = max.toNanos();
      while (!condition.getAsBoolean() && left > 0) {
        left = rounds.awaitNanos(left);
      }
      return condition.getAsBoolean();
    } finally {
      awaiting--;
      lock.unlock();
    }
  }

  private void run(Worker running) throws InterruptedException {
    try {
      while (!running.isStopping()) {
        try {
          active.get().ifPresent(this::round);
        } catch (AlreadyClosedException e) {
          LOG.debug("a shard was closed meanwhile"); // What it had not published is compared again.
        }
        running.roundDone();
        rest();
      }
    } finally {
      unwatch();
    }
  }

  private void rest() throws InterruptedException {
    lock.lock();
    try {
      rounds.signalAll();
      if (!awake) {
        Duration max = awaiting == 0 ? ROUND_MAX : ROUND_MAX_AWAITED;
        long _ = woken.awaitNanos(max.toNanos());
      }
      awake = false;
    } finally {
      lock.unlock();
    }
  }

  private void round(ModelChanged model) {
    Generation generation = new Generation(model.getGeneration());
    for (ShardWatch shard : shards) {
      if (!shard.generation().equals(generation) && shard.state() != ShardWatch.State.SILENT) {
        shard.beSilent();
      }
    }
    if (watch != null && !watch.generation().equals(generation)) {
      unwatch();
    }
    List<ShardWatch> here =
        shards.stream().filter(shard -> shard.generation().equals(generation)).toList();
    if (!registry.isCaughtUp()) {
      return;
    }
    if (watch == null && !open(generation, model.getDimension())) {
      return;
    }
    Instant activated = Instants.of(model.getChangedAt());
    follow(here, activated);
    begin(here, activated);
    here.forEach(ShardWatch::tellVisible);
  }

  /// @return whether the topic of the queries' vectors exists; the embed service creates it
  private boolean open(Generation generation, int dimension) {
    if (System.nanoTime() - absentNanos < ABSENT_RETRY.toNanos()) {
      return false;
    }
    try {
      watch =
          new GenerationWatch(
              generation,
              dimension,
              clients,
              options.countMax(),
              id -> registry.table().find(id).isPresent(),
              imageId -> vectorOfImage.apply(generation, imageId));
      return true;
    } catch (UnknownTopicOrPartitionException e) {
      LOG.debugf("not yet: %s", e.getMessage());
      absentNanos = System.nanoTime();
      return false;
    }
  }

  /// Adds new queries. Images that were ingested while their vectors were being computed are
  /// compared with them now.
  private void follow(List<ShardWatch> here, Instant activated) {
    Optional<List<WatchedQuery>> fresh = watch.follow(registry.table());
    if (!watch.isCaughtUp()) {
      return;
    }
    boolean renewed = calibration.renew(here, publisher.clock().instant(), System.nanoTime());
    if (renewed) {
      calibration.calibrate(watch.queries());
    } else {
      fresh.ifPresent(calibration::calibrate);
    }
    if (!renewed && fresh.isEmpty()) {
      return;
    }
    watched = Watched.of(watch.queries());
    fresh
        .filter(queries -> !queries.isEmpty())
        .ifPresent(queries -> {
          Watched these = Watched.of(queries);
          long since =
              queries.stream().mapToLong(query -> query.entry().createdMicros()).min().orElse(0);
          here.stream()
              .filter(shard -> shard.state() == ShardWatch.State.REPORTING)
              .forEach(shard -> shard.catchUp(these, Math.max(since, overlap(activated))));
        });
  }

  /// Lets shards start to report, once the earlier matches are known.
  private void begin(List<ShardWatch> here, Instant activated) {
    List<ShardWatch> silent =
        here.stream().filter(shard -> shard.state() != ShardWatch.State.REPORTING).toList();
    if (silent.isEmpty() || publisher.isRefused() || !watch.isCaughtUp()) {
      return;
    }
    if (!silent.equals(starting)) {
      starting = silent;
      logRead = publisher.log().readToEnd();
      CompletableFuture<Void> _ = logRead.thenRun(this::wake);
    }
    if (!logRead.isDone()) {
      return;
    }
    starting = List.of();
    long since = Math.max(overlap(publisher.clock().instant()), overlap(activated));
    silent.forEach(shard -> {
      LOG.debugf("a shard of %s reports matches", shard.generation());
      shard.beTelling(since);
    });
  }

  private long overlap(Instant time) {
    return ImageFields.micros(Instants.of(Instants.timestamp(time.minus(options.overlap()))));
  }

  private void unwatch() {
    for (ShardWatch shard : shards) {
      if (shard.state() == ShardWatch.State.REPORTING) {
        shard.hold();
      }
    }
    watched = Watched.NONE;
    if (watch != null) {
      watch.close();
      watch = null;
    }
    calibration.reset();
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.stop();
      wake();
      worker.close();
    }
  }
}
