package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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
  private final Map<String, CatchUp> catchingUp = new HashMap<>();
  private final Set<String> caughtUp = new HashSet<>();
  private final Set<String> verified = new HashSet<>();
  private final Decider<RolloutLog, RolloutState> decider =
      new Decider<>(
          "rollout",
          "the rollout",
          this,
          new Decider.Refusal(
              RolloutRefusedException.class,
              reason -> new RolloutRefusedException(Kind.NOT_HERE, reason)));
  private volatile View view = new View(RolloutState.EMPTY, false, false, Map.of(), "not started");
  private boolean adopted;
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

  /// Puts an artifact into the model store.
  StoredModel keep(Path artifact) throws BrokenModelException, IOException {
    return store.keep(artifact);
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
        Retirement retirement = new Retirement(admin);
        adopted = false;
        catchingUp.clear();
        caughtUp.clear();
        verified.clear();
        while (!decider.isStopping()) {
          step(log, admin, retirement);
        }
      }
    }
  }

  @Override
  public void failed(String reason) {
    view = new View(view.state(), false, false, Map.of(), reason);
  }

  private void step(RolloutLog log, Admin admin, Retirement retirement)
      throws InterruptedException {
    log.poll(POLL);
    if (!log.leads()) {
      adopted = false;
      catchingUp.clear();
      decider.refuseAll("another instance leads the rollout");
      show(log, "");
      return;
    }
    if (!adopted) {
      adoptConfigured(log);
      adopted = true;
    }
    decider.answer(log);
    if (System.nanoTime() >= nextCheckNanos) {
      advance(log, admin);
      nextCheckNanos = System.nanoTime() + options.checkInterval().toNanos();
    }
    if (System.nanoTime() >= nextRetirementNanos) {
      retirement.free(gone(log.state()));
      nextRetirementNanos = System.nanoTime() + RETIRE_INTERVAL.toNanos();
    }
    show(log, view.leads() ? view.trouble() : "");
  }

  /// The model this installation is told to serve, or else the one that came with the release.
  private void adoptConfigured(RolloutLog log) {
    if (options.model().isPresent()) {
      adopt(log, options.model().get(), ModelOrigin.CONFIGURED, "the configured model");
    } else if (options.shippedModel().isPresent()) {
      if (RolloutRules.mayShippedModelReplace(log.state())) {
        adopt(log, options.shippedModel().get(), ModelOrigin.SHIPPED, "the model of this release");
      } else {
        LOG.infof(
            "generation %s stays: it did not come with a release. The model of this one is in %s;"
                + " it is served when training.model (up --model) names it",
            log.state().active().orElseThrow().getGeneration(), options.shippedModel().get());
      }
    }
  }

  private void adopt(RolloutLog log, Path artifact, ModelOrigin origin, String reason) {
    try {
      StoredModel model = store.keep(artifact);
      log.publish(rules.register(log.state(), model, Map.of(), reason, origin));
      ModelState state = log.state().models().get(model.generation().id()).getState();
      if (state != ModelState.ACTIVE) {
        LOG.infof(
            "the configured model is generation %s, which is %s; POST /v1/models/%s/activate"
                + " serves it",
            model.generation(), state, model.generation());
      }
      show(log, "");
    } catch (BrokenModelException e) {
      LOG.errorf("the configured model can't be served: %s", e.getMessage());
      show(log, e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException("the model store can't be written: " + e.getMessage(), e);
    }
  }

  private void advance(RolloutLog log, Admin admin) throws InterruptedException {
    if (log.state().active().isEmpty()) {
      return;
    }
    log.publish(rules.begin(log.state()));
    List<ModelChanged> backfilling = log.state().in(ModelState.BACKFILLING);
    List<String> generations = backfilling.stream().map(ModelChanged::getGeneration).toList();
    catchingUp.keySet().retainAll(generations);
    caughtUp.retainAll(generations);
    verified.retainAll(generations);
    for (ModelChanged model : backfilling) {
      if (!isUsable(log, model)) {
        continue;
      }
      CatchUp catchUp =
          catchingUp.computeIfAbsent(
              model.getGeneration(),
              id ->
                  new CatchUp(
                      admin, new Generation(id), options.catchUpMax(), options.requireIndex()));
      if (caughtUp.contains(model.getGeneration()) || catchUp.isDone()) {
        caughtUp.add(model.getGeneration());
        judge(log, model);
      }
    }
    watch(log);
    List<ModelChanged> ready = log.state().in(ModelState.READY);
    if (options.automatic() && !ready.isEmpty()) {
      log.publish(rules.activate(log.state(), ready.getFirst(), "ready, and activated by itself"));
    }
  }

  /// Looks at the artifact of a backfill once; a damaged one ends it.
  private boolean isUsable(RolloutLog log, ModelChanged model) {
    if (verified.contains(model.getGeneration())) {
      return true;
    }
    try {
      ModelArtifact _ = store.fetch(model);
      verified.add(model.getGeneration());
      return true;
    } catch (BrokenModelException e) {
      log.publish(
          rules.reject(
              log.state(), model.getGeneration(), "its artifact can't be used: " + e.getMessage()));
      return false;
    } catch (IOException e) {
      LOG.warnf("the model store can't be reached, trying again: %s", e.getMessage());
      return false;
    }
  }

  /// A candidate with all images is held against the active generation, and is ready or out.
  private void judge(RolloutLog log, ModelChanged model) {
    ModelChanged active = log.state().active().orElseThrow();
    supervision
        .compared(model, active)
        .ifPresent(comparison -> {
          caughtUp.remove(model.getGeneration());
          String what = options.requireIndex() ? "embedded and indexed" : "embedded";
          log.publish(
              supervision.isWorse(comparison)
                  ? rules.reject(
                      log.state(),
                      model.getGeneration(),
                      "worse than generation %s: %s".formatted(active.getGeneration(), comparison))
                  : rules.ready(
                      model, "all images up to now are %s; %s".formatted(what, comparison)));
        });
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

  private void show(RolloutLog log, String trouble) {
    Map<String, Progress> progress = new HashMap<>();
    catchingUp.forEach((generation, catchUp) -> progress.put(generation, catchUp.progress()));
    view = new View(log.state(), log.leads(), log.isCaughtUp(), Map.copyOf(progress), trouble);
  }
}
