package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.progress.Backfill;
import io.sketchstream.shell.threads.SteadyClock;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.leadership.LeaderLoop;
import io.sketchstream.training.rollout.RolloutCommand.Register;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;

/// Follows [models] and, while it leads, runs a [RolloutTerm].
///
/// **Threads:** a leader loop decides and writes; any may ask. **Owns:** that loop and its Kafka
/// clients.
final class RolloutController implements AutoCloseable, LeaderLoop.Work {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ADMIN_MAX = Duration.ofSeconds(10);

  private final KafkaClients clients;
  private final TopicProvisioner provisioner;
  private final ModelStore store;
  private final RolloutOptions options;
  private final LiveSupervision supervision;
  private final LeaderLoop<RolloutTerm, Generations> loop =
      new LeaderLoop<>("rollout", "the rollout", this);
  private volatile View view = new View(Generations.NONE, false, false, Map.of(), "not started");

  /// What others see.
  ///
  /// @param leads whether this instance decides
  /// @param caughtUp whether all of [models] is read
  /// @param trouble what is wrong, for people; empty when nothing is
  record View(
      Generations state,
      boolean leads,
      boolean caughtUp,
      Map<String, Backfill> progress,
      String trouble) {}

  RolloutController(
      Map<String, Object> kafka,
      TopicProvisioner provisioner,
      ModelStore store,
      Judge judge,
      RolloutOptions options) {
    this.clients = new KafkaClients(kafka);
    this.provisioner = provisioner;
    this.store = store;
    this.options = options;
    this.supervision =
        new LiveSupervision(
            judge, options.supervision(), InstantSource.system(), SteadyClock.INSTANCE);
  }

  void start(Workers workers) {
    loop.start(workers);
  }

  View view() {
    return view;
  }

  /// Carries a command out.
  ///
  /// @return the state after it
  /// @throws CommandRefusedException when it is refused, or this instance can't answer in time
  Generations decide(RolloutCommand command) {
    return decide(command, false);
  }

  /// @param force whether a generation that lacks images may be activated
  Generations decide(RolloutCommand command, boolean force) {
    return loop.call(term -> term.decide(command, force));
  }

  /// Registers a model that is already in the store, and puts it there again if it was deleted
  /// since.
  Generations register(Register command, Path artifact) {
    return loop.call(term -> term.register(command, artifact));
  }

  /// Keeps the artifacts of the generations that this accepts, by id.
  void keepWhile(Predicate<String> needed) {
    store.keepWhile(needed);
  }

  /// Puts an artifact into the model store; moves its files unless they may be needed again.
  StoredModel store(Path artifact) throws BrokenModelException, IOException {
    Generation generation = ModelArtifact.load(artifact).generation();
    return view.state().find(generation).isPresent() ? store.keep(artifact) : store.take(artifact);
  }

  /// A file beside the weights of a generation, such as its report; empty when it has none.
  Optional<byte[]> file(ModelChanged model, String name) throws IOException {
    return store.file(model, name);
  }

  /// Fetches the model of a generation.
  ModelArtifact fetch(ModelChanged model) throws BrokenModelException, IOException {
    return store.fetch(model);
  }

  @Override
  public void close() {
    loop.stop();
    supervision.close();
    store.close();
  }

  @Override
  public void follow() throws InterruptedException {
    try (Admin admin = clients.admin("rollout-admin", ADMIN_MAX)) {
      provisioner.createPermanent(admin);
      try (RolloutLog log = new RolloutLog(clients)) {
        RolloutTerm term = null;
        while (!loop.isStopping()) {
          log.poll(POLL);
          if (log.leads()) {
            term = term == null ? new RolloutTerm(log, admin, store, options, supervision) : term;
            step(log, term);
          } else {
            term = null;
            loop.refuseAll("another instance leads the rollout");
            show(log, Map.of(), "");
          }
          loop.roundDone();
        }
      }
    }
  }

  @Override
  public void failed(String reason) {
    view = new View(view.state(), false, false, Map.of(), reason);
  }

  private void step(RolloutLog log, RolloutTerm term) throws InterruptedException {
    loop.answer(term, () -> show(log, term));
    term.step();
    show(log, term);
  }

  private void show(RolloutLog log, RolloutTerm term) {
    show(log, term.progress(), term.trouble());
  }

  private void show(RolloutLog log, Map<String, Backfill> progress, String trouble) {
    view = new View(log.state(), log.leads(), log.isCaughtUp(), progress, trouble);
  }
}
