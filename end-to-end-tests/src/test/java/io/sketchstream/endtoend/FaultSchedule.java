package io.sketchstream.endtoend;

import io.sketchstream.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Faults, drawn from a seed. Of each service, and of the brokers, one is hit at a time, until it
/// is ready again, so that there is always something left to serve. Beside them, models are rolled
/// out.
///
/// **Threads:** one for each fault, until [#run] returns.
final class FaultSchedule {
  private static final String KINDS = System.getProperty("tests.fault-kinds", "");
  private static final Duration READY_MAX = Duration.ofMinutes(6);

  /// Faults that take minutes by themselves are left out of shorter runs.
  private static final Duration LONG = Duration.ofMinutes(5);

  /// Kafka takes twice the retention, in the worst case.
  private static final Duration COMPACTED_MAX = Duration.ofMinutes(15);

  private static final Duration TERMINATE_MAX = Duration.ofMinutes(2);

  /// Kafka refuses records that are an hour ahead.
  private static final Duration CLOCK_AHEAD = Duration.ofMinutes(50);

  private static final Duration CLOCK_BEHIND = Duration.ofSeconds(-5);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(3);

  private final FaultCluster cluster;
  private final FaultTally tally;
  private final FaultRollout rollout;
  private final Random random;
  private final Set<String> hit = ConcurrentHashMap.newKeySet();

  FaultSchedule(FaultCluster cluster, FaultTally tally, FaultRollout rollout, long seed) {
    this.cluster = cluster;
    this.tally = tally;
    this.rollout = rollout;
    this.random = new Random(seed);
  }

  /// What happens.
  private enum Fault {
    KILL,
    STOP,
    CUT,
    CUT_PEERS,
    BROKER_KILL,
    BROKER_STOP,
    SERVICE_RESTART,
    /// The disk of its state is full for a while.
    DISK_FULL,
    /// Its clock is set back some seconds, or ahead until it is restarted.
    CLOCK,
    /// It is away until Kafka has forgotten removals that it has not seen.
    AWAY,
    /// Another model is put into service.
    ROLLOUT
  }

  /// Injects faults for a while; all are over, and what they hit is ready, when it returns.
  ///
  /// @throws AssertionError when something does not come back
  void run(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    List<Future<?>> begun = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Fault> possible = possible(duration);
      for (Deque<Fault> deck = shuffled(possible);
          System.nanoTime() - end < 0;
          deck = shuffled(possible)) {
        while (!deck.isEmpty() && System.nanoTime() - end < 0) {
          Target target = draw(deck.pop());
          if (hit.add(target.part())) {
            System.out.println("fault " + target);
            tally.began(target.fault().name());
            begun.add(threads.submit(() -> injectAlone(target)));
          }
          hold(Duration.ofSeconds(1 + random.nextInt(3)));
        }
      }
      for (Future<?> fault : begun) {
        fault.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Fault> possible(Duration duration) {
    Set<Fault> possible = EnumSet.allOf(Fault.class);
    if (!KINDS.isEmpty()) {
      possible.retainAll(Arrays.stream(KINDS.split(",")).map(Fault::valueOf).toList());
    } else if (duration.compareTo(LONG) < 0) {
      possible.removeAll(EnumSet.of(Fault.AWAY, Fault.ROLLOUT));
    }
    if (cluster.instances().stream().noneMatch(FaultInstance::hasDisk)) {
      possible.remove(Fault.DISK_FULL);
    }
    if (cluster.instances().stream().noneMatch(FaultInstance::hasClock)) {
      possible.remove(Fault.CLOCK);
    }
    return List.copyOf(possible);
  }

  /// Each kind once, in another order each time.
  private Deque<Fault> shuffled(List<Fault> possible) {
    List<Fault> faults = new ArrayList<>(possible);
    Collections.shuffle(faults, random);
    return new ArrayDeque<>(faults);
  }

  /// What is hit, and for how long.
  ///
  /// @param part the service, or the brokers, of which nothing else is hit meanwhile
  private record Target(
      Fault fault, String part, FaultInstance instance, int broker, Duration silence) {
    @Override
    public String toString() {
      return fault + " of " + part;
    }
  }

  private Target draw(Fault fault) {
    FaultInstance any = cluster.instances().get(random.nextInt(cluster.instances().size()));
    FaultInstance query = cluster.instances("query-service").get(random.nextInt(2));
    FaultInstance stateful =
        random.nextBoolean() ? query : cluster.instances("ingest-service").get(random.nextInt(2));
    // As long as the others wait for it, and longer; or shorter, so that it comes back between.
    Duration silence = Duration.ofSeconds(random.nextInt(4) == 0 ? 3 : 8 + random.nextInt(5));
    int broker = random.nextInt(FaultCluster.BROKERS);
    return switch (fault) {
      case BROKER_KILL, BROKER_STOP -> new Target(fault, "brokers", any, broker, silence);
      case CUT_PEERS -> new Target(fault, query.service(), query, broker, silence);
      case DISK_FULL, AWAY -> new Target(fault, stateful.service(), stateful, broker, silence);
      case ROLLOUT -> new Target(fault, "models", any, broker, silence);
      default -> new Target(fault, any.service(), any, broker, silence);
    };
  }

  private void injectAlone(Target target) {
    try {
      inject(target);
    } finally {
      hit.remove(target.part());
    }
  }

  private void inject(Target target) {
    FaultInstance any = target.instance();
    Duration silence = target.silence();
    int broker = target.broker();
    switch (target.fault()) {
      case KILL -> {
        any.kill();
        any.start();
        any.awaitReady(READY_MAX);
      }
      case STOP -> silence(any, silence, any::stop, any::resume);
      case CUT -> silence(any, silence, any::cutOff, any::mend);
      case CUT_PEERS -> silence(any, silence, any::cutOffFromPeers, any::mend);
      case DISK_FULL ->
          silence(
              any,
              silence,
              any::fillDisk,
              () -> {
                any.freeDisk();
                any.startIfEnded();
              });
      case CLOCK -> setClock(any, silence);
      case AWAY -> {
        any.kill();
        awaitForgotten();
        any.start();
        any.awaitReady(READY_MAX);
      }
      case ROLLOUT -> rollout.run();
      case BROKER_KILL -> {
        cluster.broker(broker).kill();
        cluster.startBroker(broker);
        cluster.awaitBrokers();
      }
      case BROKER_STOP -> {
        cluster.broker(broker).signal("STOP");
        hold(silence);
        cluster.broker(broker).signal("CONT");
        cluster.awaitBrokers();
      }
      case SERVICE_RESTART -> {
        List<FaultInstance> both = cluster.instances(any.service());
        both.forEach(one -> one.terminate(TERMINATE_MAX));
        both.forEach(FaultInstance::start);
        both.forEach(one -> one.awaitReady(READY_MAX));
      }
    }
  }

  private static void silence(
      FaultInstance instance, Duration duration, Runnable begin, Runnable end) {
    begin.run();
    hold(duration);
    end.run();
    instance.awaitReady(READY_MAX);
  }

  /// Times go on after a step back only when the clock has come to where it was: a large one stops
  /// the clients of Kafka, and whoever sets a clock so far back restarts the services.
  private static void setClock(FaultInstance any, Duration silence) {
    boolean ahead = silence.toSeconds() % 2 == 0;
    if (ahead) {
      silence(
          any,
          silence,
          () -> any.setClock(CLOCK_AHEAD),
          () -> {
            any.terminate(TERMINATE_MAX);
            any.setClock(Duration.ZERO);
            any.start();
          });
    } else {
      silence(any, silence, () -> any.setClock(CLOCK_BEHIND), () -> any.setClock(Duration.ZERO));
    }
  }

  /// Waits until images are removed, and Kafka drops these removals.
  private void awaitForgotten() {
    Set<String> before = removals().orElse(Set.of());
    Set<String> unseen = new HashSet<>();
    Await.until(
        "removals that are dropped",
        COMPACTED_MAX,
        () -> {
          hold(LOOK_EVERY);
          Optional<Set<String>> now = removals();
          if (unseen.isEmpty()) {
            now.ifPresent(unseen::addAll);
            unseen.removeAll(before);
            return false;
          }
          return now.isPresent() && Collections.disjoint(unseen, now.get());
        });
  }

  /// Empty while Kafka does not say.
  private Optional<Set<String>> removals() {
    try {
      return Optional.of(FaultTopics.removals(cluster));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static void hold(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    Await.until(
        duration + " are over",
        duration.plus(Duration.ofMinutes(1)),
        () -> System.nanoTime() - end >= 0);
  }
}
