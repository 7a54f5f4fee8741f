package io.sketchstream.shell.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.shell.worker.Worker.Body;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Starts the workers of the process and tracks all that should run. Liveness is down when one of
/// them has died, is silent or keeps failing; the metrics are `worker_up{worker}` and
/// `worker_failures_total{worker}`.
///
/// **Threads:** any.
@Singleton
public final class Workers {
  private final MeterRegistry meters;
  private final ConcurrentMap<String, Worker> workers = new ConcurrentHashMap<>();

  /// @param meters counts failures
  public Workers(MeterRegistry meters) {
    this.meters = meters;
  }

  /// Starts a worker with the usual waits between restarts.
  public Worker start(String name, Body body) {
    return start(WorkerOptions.of(name), body);
  }

  /// Starts a worker.
  ///
  /// @throws IllegalStateException when one with this name runs that was not stopped
  public Worker start(WorkerOptions options, Body body) {
    Worker worker = new Worker(options, body, this::failed);
    workers.merge(
        options.name(),
        worker,
        (former, _) -> {
          if (!former.isStopping()) {
            throw new IllegalStateException("worker " + options.name() + " is already running");
          }
          return worker;
        });
    failures(options.name());
    Gauge.builder("worker.up", () -> up(options.name()))
        .description("1 while a loop runs, 0 while it starts, fails or has stopped")
        .tag("worker", options.name())
        .strongReference(true)
        .register(meters);
    worker.start();
    return worker;
  }

  /// The status of each worker that was not asked to stop, by name.
  public Map<String, WorkerStatus> statuses() {
    Map<String, WorkerStatus> statuses = new LinkedHashMap<>();
    running().forEach((name, worker) -> statuses.put(name, worker.status()));
    return statuses;
  }

  /// Why liveness is down, by worker; empty when it is not.
  public Map<String, String> troubles() {
    Map<String, String> troubles = new LinkedHashMap<>();
    running()
        .forEach((name, worker) -> {
          String trouble = worker.trouble();
          if (!trouble.isEmpty()) {
            troubles.put(name, trouble);
          }
        });
    return troubles;
  }

  private Map<String, Worker> running() {
    workers.values().removeIf(worker -> worker.isStopping() && !worker.isAlive());
    return new TreeMap<>(workers);
  }

  private double up(String name) {
    Worker worker = workers.get(name);
    return worker != null && worker.isAlive() && worker.status().isRunning() ? 1 : 0;
  }

  private void failed(Worker worker) {
    failures(worker.name()).increment();
  }

  private Counter failures(String name) {
    return Counter.builder("worker.failures")
        .description("Failures after which a loop started again")
        .tag("worker", name)
        .register(meters);
  }
}
