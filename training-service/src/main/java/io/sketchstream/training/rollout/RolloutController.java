package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.training.lead.Decider;
import io.sketchstream.training.rollout.CatchUp.Progress;
import io.sketchstream.training.rollout.RolloutRefusedException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jboss.logging.Logger;

/// Follows [models] and, while it leads, moves generations on: by what Kafka's offsets say and by
/// what it is asked to.
///
/// **Threads:** one of its own decides and writes; any may ask. **Owns:** that thread and its Kafka
/// clients.
final class RolloutController implements AutoCloseable, Decider.Work {
  private static final Logger LOG = Logger.getLogger(RolloutController.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration RETIRE_INTERVAL = Duration.ofSeconds(5);
  private static final int ADMIN_MILLIS_MAX = 10_000;

  private final Map<String, Object> kafka;
  private final TopicProvisioner provisioner;
  private final ModelStore store;
  private final RolloutOptions options;
  private final Supervision supervision;
  private final RolloutRules rules = new RolloutRules(InstantSource.system());
  private final Decider<RolloutLog, RolloutState> decider =
      new Decider<>(
          "rollout",
          "the rollout",
          this,
          new Decider.Refusal(
              RolloutRefusedException.class,
              reason -> new RolloutRefusedException(Kind.NOT_HERE, reason)));
  private volatile View view = new View(RolloutState.EMPTY, false, false, Map.of(), "not started");
  private volatile Predicate<String> inUse = _ -> false;
  private long nextCheckNanos;
  private long nextRetirementNanos;

  /// What there is to see from outside.
  ///
  /// @param leads whether this instance decides
  /// @param caughtUp whether all of [models] is read
  /// @param trouble what is wrong, for people; empty when nothing is
  record View(
      RolloutState state,
      boolean leads,
      boolean caughtUp,
      Map<String, Progress> progress,
      String trouble) {}

  /// What belongs to one time of leading.
  ///
  /// @param trouble with the configured model; empty when there is none
  private record Lead(
      Backfills backfills, Retirement retirement, RetiredArtifacts artifacts, String trouble) {}

  RolloutController(
      Map<String, Object> kafka,
      TopicProvisioner provisioner,
      ModelStore store,
      Judge judge,
      RolloutOptions options) {
    this.kafka = kafka;
    this.provisioner = provisioner;
    this.store = store;
    this.options = options;
    this.supervision = new Supervision(judge, options.supervision(), InstantSource.system());
  }

  /// One that compares nothing.
  RolloutController(
      Map<String, Object> kafka,
      TopicProvisioner provisioner,
      ModelStore store,
      RolloutOptions options) {
    this(kafka, provisioner, store, Judge.NONE, options);
  }

  void start() {
    decider.start();
  }

  View view() {
    return view;
  }

  boolean isAlive() {
    return decider.isAlive();
  }

  /// Asks for a change; the future has the state after it, or a [RolloutRefusedException].
  CompletableFuture<RolloutState> ask(
      Function<RolloutRules, Function<RolloutState, List<ModelChanged>>> decision) {
    Function<RolloutState, List<ModelChanged>> decide = decision.apply(rules);
    return decider.ask(log -> {
      log.publish(decide.apply(log.state()));
      return log.state();
    });
  }

  /// Keeps the artifacts of generations for which this says so, by id, whatever becomes of them.
  void keepWhile(Predicate<String> needed) {
    inUse = needed;
  }

  /// Puts an artifact into the model store.
  StoredModel keep(Path artifact) throws BrokenModelException, IOException {
    return store.keep(artifact);
  }

  /// Puts it there once more, if it was deleted since. Only from within a decision, which nothing
  /// is deleted beside.
  StoredModel keptStill(RolloutState state, StoredModel model, Path artifact) {
    boolean deleted =
        state.find(model.generation().id()).filter(ModelChanged::getArtifactDeleted).isPresent();
    try {
      return deleted ? store.keep(artifact) : model;
    } catch (BrokenModelException | IOException e) {
      throw new RolloutRefusedException(
          Kind.CONFLICT, "the model can't be kept: " + e.getMessage());
    }
  }

  /// A file beside the weights of a generation, such as its report; empty when it has none.
  Optional<byte[]> file(ModelChanged model, String name) throws IOException {
    return store.file(model, name);
  }

  /// Brings the model of a generation here.
  ModelArtifact fetch(ModelChanged model) throws BrokenModelException, IOException {
    return store.fetch(model);
  }

  @Override
  public void close() {
    decider.stop();
    supervision.close();
    store.close();
  }

  @Override
  public void follow() throws InterruptedException {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "rollout-admin");
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_MILLIS_MAX);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_MILLIS_MAX / 2);
    try (Admin admin = Admin.create(settings)) {
      provisioner.createPermanent(admin);
      try (RolloutLog log = new RolloutLog(kafka)) {
        Lead lead = null;
        while (!decider.isStopping()) {
          log.poll(POLL);
          if (log.leads()) {
            lead = lead == null ? begin(log, admin) : lead;
            step(log, lead);
          } else {
            lead = null;
            decider.refuseAll("another instance leads the rollout");
            show(log, Map.of(), "");
          }
        }
      }
    }
  }

  @Override
  public void failed(String reason) {
    view = new View(view.state(), false, false, Map.of(), reason);
  }

  private Lead begin(RolloutLog log, Admin admin) {
    ConfiguredModel configured = new ConfiguredModel(store, options, rules);
    String trouble = configured.adopt(log);
    Predicate<String> needed =
        generation ->
            configured.generation().equals(Optional.of(generation)) || inUse.test(generation);
    return new Lead(
        new Backfills(admin, store, options, supervision, rules),
        new Retirement(admin),
        new RetiredArtifacts(store, rules, needed),
        trouble);
  }

  private void step(RolloutLog log, Lead lead) throws InterruptedException {
    decider.answer(log, () -> show(log, lead));
    if (System.nanoTime() >= nextCheckNanos) {
      advance(log, lead.backfills());
      nextCheckNanos = System.nanoTime() + options.checkInterval().toNanos();
    }
    if (System.nanoTime() >= nextRetirementNanos) {
      retire(log, lead);
      nextRetirementNanos = System.nanoTime() + RETIRE_INTERVAL.toNanos();
    }
    show(log, lead);
  }

  private void retire(RolloutLog log, Lead lead) throws InterruptedException {
    List<Generation> freed = lead.retirement().free(gone(log.state()));
    if (options.deleteRetiredArtifacts()) {
      lead.artifacts().delete(log, freed);
    }
  }

  private void advance(RolloutLog log, Backfills backfills) throws InterruptedException {
    if (log.state().active().isEmpty()) {
      return;
    }
    backfills.advance(log);
    watch(log);
    List<ModelChanged> ready = log.state().in(ModelState.READY);
    if (options.automatic() && !ready.isEmpty()) {
      log.publish(rules.activate(log.state(), ready.getFirst(), "ready, and activated by itself"));
    }
  }

  /// What turns out worse than the generation before it gives way to that by itself.
  private void watch(RolloutLog log) {
    Optional<ModelChanged> active = log.state().active();
    Optional<ModelChanged> previous = log.state().previous();
    if (active.isEmpty() || previous.isEmpty() || !active.get().getProbation()) {
      return;
    }
    supervision
        .regression(active.get(), previous.get())
        .ifPresent(why -> {
          LOG.warnf("generation %s is rolled back: %s", active.get().getGeneration(), why);
          log.publish(
              rules.reject(
                  log.state(),
                  active.get().getGeneration(),
                  "rolled back by itself to generation %s: %s"
                      .formatted(previous.get().getGeneration(), why)));
        });
  }

  private static List<Generation> gone(RolloutState state) {
    return Stream.of(ModelState.RETIRED, ModelState.REJECTED)
        .map(state::in)
        .flatMap(Collection::stream)
        .map(model -> new Generation(model.getGeneration()))
        .toList();
  }

  private void show(RolloutLog log, Lead lead) {
    show(log, lead.backfills().progress(), lead.trouble());
  }

  private void show(RolloutLog log, Map<String, Progress> progress, String trouble) {
    view = new View(log.state(), log.leads(), log.isCaughtUp(), progress, trouble);
  }
}
