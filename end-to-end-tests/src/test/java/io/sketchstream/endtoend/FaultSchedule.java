package io.sketchstream.endtoend;

import io.sketchstream.testing.Await;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Faults, drawn from a seed. Of each service, and of the brokers, one is hit at a time, until it
/// is ready again, so that there is always something left to serve.
///
/// **Threads:** one for each fault, until [#run] returns.
final class FaultSchedule {
  private static final Duration READY_MAX = Duration.ofMinutes(6);
  private static final Duration TERMINATE_MAX = Duration.ofMinutes(2);

  private final FaultCluster cluster;
  private final FaultTally tally;
  private final Random random;
  private final Set<String> hit = ConcurrentHashMap.newKeySet();

  FaultSchedule(FaultCluster cluster, FaultTally tally, long seed) {
    this.cluster = cluster;
    this.tally = tally;
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
    SERVICE_RESTART
  }

  /// Injects faults for a while; all are over, and what they hit is ready, when it returns.
  ///
  /// @throws AssertionError when something does not come back
  void run(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    List<Future<?>> begun = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Deque<Fault> deck = shuffled(); System.nanoTime() - end < 0; deck = shuffled()) {
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

  /// Each kind once, in another order each time.
  private Deque<Fault> shuffled() {
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
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
    // As long as the others wait for it, and longer; or shorter, so that it comes back between.
    Duration silence = Duration.ofSeconds(random.nextInt(4) == 0 ? 3 : 8 + random.nextInt(5));
    int broker = random.nextInt(FaultCluster.BROKERS);
    return switch (fault) {
      case BROKER_KILL, BROKER_STOP -> new Target(fault, "brokers", any, broker, silence);
      case CUT_PEERS -> new Target(fault, query.service(), query, broker, silence);
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
      case STOP -> {
        any.stop();
        hold(silence);
        any.resume();
        any.awaitReady(READY_MAX);
      }
      case CUT -> {
        any.cutOff();
        hold(silence);
        any.mend();
        any.awaitReady(READY_MAX);
      }
      case CUT_PEERS -> {
        any.cutOffFromPeers();
        hold(silence);
        any.mend();
        any.awaitReady(READY_MAX);
      }
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

  private static void hold(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    Await.until(
        duration + " are over",
        duration.plus(Duration.ofMinutes(1)),
        () -> System.nanoTime() - end >= 0);
  }
}
