package io.sketchstream.query.generations;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.TopicFollower;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// Reads `models` from its beginning and keeps the running indexes in sync with it.
///
/// **Threads:** owns one, `query-models`, the only one that starts and stops generations.
public final class ModelsFollower implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ModelsFollower.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final String NAME = "query-models";

  private final KafkaClients clients;
  private final LiveGenerations generations;
  private final IndexRunner runner;
  private final Set<Generation> wiped = new HashSet<>();
  private Worker worker;

  private ModelsFollower(KafkaClients clients, LiveGenerations generations, IndexRunner runner) {
    this.clients = clients;
    this.generations = generations;
    this.runner = runner;
  }

  /// Starts to follow. The topic must exist.
  public static ModelsFollower start(
      KafkaClients clients, LiveGenerations generations, IndexRunner runner, Workers workers) {
    ModelsFollower follower = new ModelsFollower(clients, generations, runner);
    follower.worker = workers.start(NAME, follower::run);
    return follower;
  }

  /// Stops following, then every index.
  @Override
  public void close() {
    worker.close();
    runner.closeAll();
  }

  private void run(Worker running) {
    try (TopicFollower<ModelChanged, Generations> models =
        TopicFollower.open(clients, NAME, Topics.MODELS, Generations.NONE, Generations::with)) {
      while (!running.isStopping()) {
        boolean _ = models.poll(POLL);
        if (models.isCaughtUp()) {
          keepInStep(models.value());
        }
        running.roundDone();
      }
    }
  }

  /// Starts indexes of live generations, stops those of others, and deletes what retired
  /// generations left. Whatever fails is tried again at the next look.
  private void keepInStep(Generations models) {
    generations.follow(models);
    wiped.retainAll(models.ended());
    models.live().stream()
        .filter(generation -> generations.index(generation).isEmpty())
        .forEach(generation -> attempt("start", generation, () -> runner.start(generation)));
    models.ended().stream()
        .filter(wiped::add)
        .forEach(generation -> attempt("retire", generation, () -> runner.retire(generation)));
    generations.indexes().stream()
        .filter(index -> models.find(index.generation()).isEmpty())
        .forEach(index ->
            attempt("retire", index.generation(), () -> runner.retire(index.generation())));
    generations.indexes().stream()
        .filter(index -> index.failed())
        .forEach(
            index -> attempt("restart", index.generation(), () -> runner.stop(index.generation())));
  }

  private void attempt(String what, Generation generation, Runnable action) {
    try {
      action.run();
    } catch (KafkaException | IllegalStateException | UncheckedIOException e) {
      wiped.remove(generation);
      LOG.warnf("can't %s generation %s yet: %s", what, generation, e.getMessage());
    }
  }
}
