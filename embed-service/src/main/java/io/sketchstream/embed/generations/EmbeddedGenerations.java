package io.sketchstream.embed.generations;

import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.embed.sketches.ActiveEncoder;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.shell.threads.Niceness;
import io.sketchstream.shell.worker.WorkerStatus;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The generations that are embedded in this process: starts and stops their workers as `models`
/// says, and knows the encoder of each.
///
/// **Threads:** the follower of `models` calls [#apply], one thread at the end [#close]; any may
/// ask. **Owns:** the workers.
public final class EmbeddedGenerations implements AutoCloseable {
  private final GenerationServices services;
  private final Map<Generation, GenerationWorker> running = new ConcurrentHashMap<>();
  private final Map<Generation, GenerationWorker> stopping = new ConcurrentHashMap<>();
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile Generations known = Generations.NONE;
  private volatile boolean caughtUp;

  public EmbeddedGenerations(GenerationServices services) {
    this.services = services;
  }

  /// Starts and stops workers.
  public void apply(Generations now) {
    Set<Generation> live = now.live();
    if (now.active().isPresent() && now.isBackfilling()) {
      Niceness.ofOptimisers();
    }
    live.forEach(generation -> {
      ModelChanged model = now.models().get(generation);
      running.computeIfAbsent(generation, _ -> start(generation, model)).update(model);
    });
    if (!caughtUp) { // They may have ended while this process was down.
      now.ended().forEach(generation -> services.source().forget(now.models().get(generation)));
    }
    known = now;
    caughtUp = true;
    running.forEach((generation, worker) -> {
      if (!live.contains(generation)) {
        worker.end();
        stopping.put(generation, worker);
        running.remove(generation);
      }
    });
    stopping.values().removeIf(worker -> !worker.isAlive());
    settle();
  }

  private GenerationWorker start(Generation generation, ModelChanged model) {
    GenerationWorker former = stopping.remove(generation);
    if (former != null) {
      former.join();
    }
    GenerationWorker worker = new GenerationWorker(generation, model, services, this::settle);
    worker.start();
    return worker;
  }

  /// Waits until sketches can be answered, or it is known that they can't.
  ///
  /// @return whether that is so
  public boolean awaitSettled(long millisMax) throws InterruptedException {
    return ready.await(millisMax, TimeUnit.MILLISECONDS);
  }

  private void settle() {
    Optional<Generation> active = activeGeneration();
    GenerationWorker worker = active.map(running::get).orElse(null);
    if (caughtUp && (active.isEmpty() || worker != null && worker.hasTried())) {
      ready.countDown();
    }
  }

  /// The status of each live generation, by id.
  public Map<String, String> statuses() {
    Map<String, String> statuses = new TreeMap<>();
    running.forEach((generation, worker) -> statuses.put(generation.id(), worker.status()));
    return statuses;
  }

  /// The encoder of the active generation.
  public ActiveEncoder active() {
    return activeGeneration()
        .map(this::encoder)
        .orElseGet(() ->
            ActiveEncoder.none(
                caughtUp ? "no generation is active yet" : "the topic models is not read yet"));
  }

  /// The encoder of a generation by its id; that of the active one for an empty id.
  public ActiveEncoder encoder(String id) {
    if (id.isEmpty()) {
      return active();
    }
    return running.keySet().stream()
        .filter(live -> live.id().equals(id))
        .findFirst()
        .map(this::encoder)
        .orElseGet(() -> ActiveEncoder.none("generation '%.80s' is not served".formatted(id)));
  }

  private ActiveEncoder encoder(Generation generation) {
    GenerationWorker worker = running.get(generation);
    Optional<LoadedEncoder> encoder = worker == null ? Optional.empty() : worker.encoder();
    return encoder
        .map(loaded -> new ActiveEncoder(generation, loaded, ""))
        .orElseGet(() ->
            ActiveEncoder.none(
                "generation %s has no encoder here: %s"
                    .formatted(
                        generation, worker == null ? WorkerStatus.STARTING : worker.status())));
  }

  private Optional<Generation> activeGeneration() {
    return known.active().map(model -> new Generation(model.getGeneration()));
  }

  /// Asks all workers to end.
  public void stop() {
    ready.countDown();
    running.values().forEach(GenerationWorker::stop);
    stopping.values().forEach(GenerationWorker::stop);
  }

  /// Stops all workers and frees their encoders.
  @Override
  public void close() {
    stop();
    running.values().forEach(GenerationWorker::join);
    stopping.values().forEach(GenerationWorker::join);
  }
}
