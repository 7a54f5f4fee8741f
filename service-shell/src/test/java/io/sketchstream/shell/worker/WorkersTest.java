package io.sketchstream.shell.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.shell.worker.WorkerStatus.State;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(180)
final class WorkersTest {
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Workers workers = new Workers(meters);

  static Stream<Throwable> deaths() {
    return Stream.of(
        new IllegalStateException("a bug"),
        new AuthorizationException("no access"),
        new StackOverflowError("too deep"),
        new OutOfMemoryError("too much"),
        new InterruptedException("by mistake"),
        new Exception("checked"));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void restartsWhateverItsBodyThrows(Throwable death) throws Exception {
    AtomicInteger runs = new AtomicInteger();
    try (Worker worker =
        workers.start(
            quick("killed"),
            self -> {
              if (runs.incrementAndGet() <= 2) {
                sneak(death);
              }
              work(self);
            })) {
      await(() -> worker.status().isRunning());
      assertEquals(3, runs.get());
      assertEquals(2, meters.counter("worker.failures", "worker", "killed").count());
      assertEquals(1, meters.get("worker.up").tag("worker", "killed").gauge().value());
      assertEquals(Status.UP, health().getStatus());
    }
  }

  @Test
  void restartsWhenItsBodyReturnsUnexpectedly() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    try (Worker worker =
        workers.start(
            quick("returning"),
            self -> {
              if (runs.incrementAndGet() > 1) {
                work(self);
              }
            })) {
      await(() -> worker.status().isRunning());
      assertEquals(1, meters.counter("worker.failures", "worker", "returning").count());
    }
  }

  @Test
  void reportsRepeatedFailureInLiveness() throws Exception {
    try (Worker worker =
        workers.start(
            quick("broken"),
            _ -> {
              throw new IllegalStateException("the reason");
            })) {
      await(() -> health().getStatus() == Status.DOWN);
      String shown = health().getData().orElseThrow().get("broken").toString();
      assertTrue(shown.contains("failures in a row: the reason"), shown);
      assertEquals(0, meters.get("worker.up").tag("worker", "broken").gauge().value());
      assertEquals(State.FAILING, worker.status().state());
    }
    assertEquals(Status.UP, health().getStatus(), "a stopped worker is no trouble");
  }

  @Test
  void countsFailuresDespiteAGoodRoundBetween() throws Exception {
    try (Worker _ =
        workers.start(
            WorkerOptions.of("flapping").withBackoff(SHORT, LONG.dividedBy(100)),
            self -> {
              self.roundDone();
              throw new IllegalStateException("each second record");
            })) {
      await(() -> health().getStatus() == Status.DOWN);
    }
  }

  @Test
  void recoversAfterRunningLongEnough() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    try (Worker worker =
        workers.start(
            quick("recovering"),
            self -> {
              if (runs.incrementAndGet() <= Worker.FAILURES_MAX) {
                throw new IllegalStateException("not yet");
              }
              work(self);
            })) {
      await(() -> worker.status().isRunning() && health().getStatus() == Status.UP);
    }
  }

  @Test
  void staysLiveWhileKafkaIsAway() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    try (Worker worker =
        workers.start(
            quick("waiting"),
            _ -> {
              throw runs.incrementAndGet() % 2 == 0
                  ? new TimeoutException("no broker")
                  : new IllegalStateException(new AuthenticationException("no entry"));
            })) {
      await(() -> runs.get() > 4 * Worker.FAILURES_MAX);
      assertEquals(Status.UP, health().getStatus());
      await(() -> worker.status().state() == State.FAILING);
      assertTrue(meters.counter("worker.failures", "worker", "waiting").count() > 0);
    }
  }

  @Test
  void reportsASilentWorkerInLiveness() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Worker _ =
        workers.start(
            quick("stuck").withSilenceMax(Duration.ofMillis(50)),
            self -> {
              self.roundDone();
              release.await();
            })) {
      await(() -> health().getStatus() == Status.DOWN);
      String shown = health().getData().orElseThrow().get("stuck").toString();
      assertTrue(shown.contains("no round for"), shown);
      release.countDown();
    }
  }

  @Test
  void doublesTheBackoffUpToItsBound() throws Exception {
    LinkedBlockingQueue<Long> starts = new LinkedBlockingQueue<>();
    try (Worker _ =
        workers.start(
            WorkerOptions.of("slower").withBackoff(Duration.ofMillis(40), Duration.ofMillis(80)),
            _ -> {
              starts.add(System.nanoTime());
              throw new IllegalStateException("again");
            })) {
      long first = starts.poll(10, TimeUnit.SECONDS);
      long second = starts.poll(10, TimeUnit.SECONDS);
      long third = starts.poll(10, TimeUnit.SECONDS);
      assertTrue(second - first >= Duration.ofMillis(40).toNanos());
      assertTrue(third - second >= Duration.ofMillis(80).toNanos());
    }
  }

  @Test
  void stopsWhileItWaitsForItsRestart() throws Exception {
    Worker worker =
        workers.start(
            WorkerOptions.of("waiting-long").withBackoff(LONG, LONG),
            _ -> {
              throw new IllegalStateException("once");
            });
    await(() -> worker.status().state() == State.FAILING);
    worker.close();
    assertFalse(worker.isAlive());
    assertEquals(State.STOPPED, worker.status().state());
  }

  @Test
  void interruptsAWorkerThatDoesNotEndInTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Worker worker =
        workers.start(
            quick("blocked"),
            self -> {
              self.roundDone();
              try {
                never.await();
              } catch (InterruptedException e) {
                seen.set(e);
                throw e;
              }
            });
    await(() -> worker.status().isRunning());
    worker.stop();
    assertTrue(worker.join(Duration.ofMillis(20)));
    assertNotEquals(null, seen.get());
    assertEquals(0, meters.counter("worker.failures", "worker", "blocked").count());
  }

  @Test
  void reservesANameUntilItsWorkerIsStopped() throws Exception {
    try (Worker _ = workers.start(quick("twice"), WorkersTest::work)) {
      assertThrows(
          IllegalStateException.class, () -> workers.start(quick("twice"), WorkersTest::work));
      assertTrue(workers.statuses().containsKey("twice"));
    }
    try (Worker worker = workers.start(quick("twice"), WorkersTest::work)) {
      await(() -> worker.status().isRunning());
    }
  }

  private static void work(Worker self) throws InterruptedException {
    while (!self.isStopping()) {
      self.roundDone();
      self.pause(SHORT);
    }
  }

  private HealthCheckResponse health() {
    return new WorkersLiveness(workers).call();
  }

  private static WorkerOptions quick(String name) {
    return WorkerOptions.of(name).withBackoff(SHORT, Duration.ofMillis(20));
  }

  private static void sneak(Throwable death) throws Exception {
    if (death instanceof Error error) {
      throw error;
    }
    throw (Exception) death;
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
