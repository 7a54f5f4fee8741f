package io.sketchstream.training.runs;

import com.google.protobuf.Timestamp;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.training.lead.Decider;
import io.sketchstream.training.rollout.Rollout;
import io.sketchstream.training.runs.RunRefusedException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/// Follows [training-runs] and, while this instance leads, starts, watches and stops runs: one at a
/// time. A run that was cut off by the end of its service, or of the leader before, goes on.
///
/// **Threads:** one of its own decides and writes; any may ask. **Owns:** that thread, its Kafka
/// clients and the run at work, all of them until [#close].
final class RunCoordinator implements AutoCloseable, Decider.Work {
  static final String PAUSED = "paused";

  private static final Logger LOG = Logger.getLogger(RunCoordinator.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TELL_EVERY = Duration.ofSeconds(2);
  private static final Duration TRIGGERS_EVERY = Duration.ofSeconds(5);

  private final Map<String, Object> kafka;
  private final TopicProvisioner provisioner;
  private final RunOptions options;
  private final Rollout rollout;
  private final InstantSource clock;
  private final RunTriggers triggers;
  private final TopicReader topics;
  private final Decider<RunLog, TrainingRunChanged> decider;
  private volatile View view = new View(List.of(), false, false, 0, "not started");
  private RunningJob job;
  private String stoppedHere = "";
  private long nextTellNanos;
  private long nextTriggerNanos;
  private long freshLabels;

  /// What there is to see from outside.
  ///
  /// @param runs the newest first
  /// @param leads whether this instance starts runs
  /// @param caughtUp whether all of [training-runs] is read
  /// @param newLabels since the last run began
  /// @param trouble what is wrong, for people; empty when nothing is
  record View(
      List<TrainingRunChanged> runs,
      boolean leads,
      boolean caughtUp,
      long newLabels,
      String trouble) {}

  RunCoordinator(
      Map<String, Object> kafka,
      TopicProvisioner provisioner,
      RunOptions options,
      Rollout rollout,
      InstantSource clock) {
    this.kafka = kafka;
    this.provisioner = provisioner;
    this.options = options;
    this.rollout = rollout;
    this.clock = clock;
    this.triggers = new RunTriggers(options.every(), options.newLabels());
    this.topics = new TopicReader(kafka, "training-dataset");
    this.decider =
        new Decider<>(
            "training-runs",
            "training",
            this,
            new Decider.Refusal(
                RunRefusedException.class,
                reason -> new RunRefusedException(Kind.NOT_HERE, reason)));
  }

  void start() {
    decider.start();
  }

  View view() {
    return view;
  }

  TopicReader topics() {
    return topics;
  }

  boolean isAlive() {
    return decider.isAlive();
  }

  /// Asks for a run; the future has it, or a [RunRefusedException].
  CompletableFuture<TrainingRunChanged> begin(String trigger, Map<String, String> overrides) {
    return decider.ask(log -> begin(log, trigger, overrides));
  }

  /// Asks for the end of a run.
  CompletableFuture<TrainingRunChanged> cancel(String runId, String reason) {
    return decider.ask(log -> cancel(log, runId, reason));
  }

  /// Stops the run at work, with a checkpoint, and waits for it.
  @Override
  public void close() {
    decider.stop();
  }

  @Override
  public void follow() throws InterruptedException {
    try (LabelCounter labels = new LabelCounter(kafka, provisioner);
        RunLog log = new RunLog(kafka)) {
      while (!decider.isStopping()) {
        step(log, labels);
      }
      pause(log);
    } finally {
      stopJob();
    }
  }

  @Override
  public void failed(String reason) {
    view = new View(view.runs(), false, false, freshLabels, reason);
  }

  private void step(RunLog log, LabelCounter labels) throws InterruptedException {
    log.poll(POLL);
    if (!rollout.leads()) {
      if (log.leads()) {
        stopJob(); // The next leader goes on from its checkpoint.
        log.resign();
      }
      decider.refuseAll("another instance leads, or none does yet");
      show(log);
      return;
    }
    if (!log.leads()) {
      log.lead();
    }
    if (job == null) {
      log.running().ifPresent(run -> goOn(log, run));
    } else {
      watch(log);
    }
    decider.answer(log);
    if (System.nanoTime() >= nextTriggerNanos) {
      trigger(log, labels.written());
      nextTriggerNanos = System.nanoTime() + TRIGGERS_EVERY.toNanos();
    }
    show(log);
  }

  private TrainingRunChanged begin(RunLog log, String trigger, Map<String, String> overrides) {
    if (job != null) {
      throw new RunRefusedException(Kind.CONFLICT, job.run().getRunId() + " is still running");
    }
    Generation active =
        rollout
            .active()
            .orElseThrow(() ->
                new RunRefusedException(
                    Kind.CONFLICT, "no generation is active whose weights a run could start from"));
    Timestamp now = now();
    TrainingRunChanged run =
        TrainingRunChanged.newBuilder()
            .setRunId(RunId.next(clock))
            .setState(TrainingRunState.RUNNING)
            .setPhase("dataset")
            .setBaseGeneration(active.id())
            .setTrigger(trigger)
            .setStartedAt(now)
            .setChangedAt(now)
            .addAllSnapshot(Snapshot.take(topics).ends())
            .putAllOverrides(overrides)
            .build();
    RunningJob next = open(run, active);
    log.publish(run);
    launch(next);
    LOG.infof("%s begins from generation %s: %s", run.getRunId(), active, trigger);
    return run;
  }

  private RunningJob open(TrainingRunChanged run, Generation base) {
    try {
      ModelArtifact artifact = rollout.artifact(base);
      return new RunningJob(
          run, new TrainingJob(run, options, topics, rollout, artifact), options.learning());
    } catch (IllegalArgumentException e) {
      throw new RunRefusedException(Kind.BAD_REQUEST, e.getMessage());
    } catch (BrokenModelException e) {
      throw new RunRefusedException(Kind.CONFLICT, e.getMessage());
    }
  }

  private void launch(RunningJob next) {
    job = next;
    nextTellNanos = System.nanoTime() + TELL_EVERY.toNanos();
    next.start();
  }

  private TrainingRunChanged cancel(RunLog log, String runId, String reason) {
    TrainingRunChanged run =
        log.find(runId)
            .orElseThrow(
                () -> new RunRefusedException(Kind.UNKNOWN_RUN, "there is no run " + runId));
    if (run.getState() != TrainingRunState.RUNNING) {
      throw new RunRefusedException(Kind.CONFLICT, runId + " has ended: it is " + run.getState());
    }
    stopJob();
    return end(log, run, new TrainingJob.Outcome(TrainingRunState.CANCELLED, "", Map.of(), reason));
  }

  /// Takes up a run that its service or the leader before left unfinished.
  private void goOn(RunLog log, TrainingRunChanged run) {
    boolean inOrder = run.getPhase().equals(PAUSED) || run.getRunId().equals(stoppedHere);
    int restarts = run.getRestarts() + (inOrder ? 0 : 1);
    if (restarts > options.learning().restartsMax()) {
      fail(log, run, "its service died %d times while it ran".formatted(restarts));
      return;
    }
    try {
      RunningJob next =
          open(
              run.toBuilder().setRestarts(restarts).setChangedAt(now()).build(),
              new Generation(run.getBaseGeneration()));
      log.publish(next.run());
      launch(next);
      LOG.infof("%s goes on where it stopped", run.getRunId());
    } catch (RunRefusedException e) {
      fail(log, run, "it can't go on: " + e.getMessage());
    }
  }

  private void fail(RunLog log, TrainingRunChanged run, String reason) {
    TrainingRunChanged _ =
        end(log, run, new TrainingJob.Outcome(TrainingRunState.FAILED, "", Map.of(), reason));
  }

  private void watch(RunLog log) {
    if (job.isDone()) {
      RunningJob ended = job;
      job = null;
      ended.outcome().ifPresent(outcome -> end(log, ended.run(), outcome));
    } else if (System.nanoTime() >= nextTellNanos) {
      log.publish(described(job));
      nextTellNanos = System.nanoTime() + TELL_EVERY.toNanos();
    }
  }

  private TrainingRunChanged end(RunLog log, TrainingRunChanged run, TrainingJob.Outcome outcome) {
    TrainingRunChanged ended =
        log.find(run.getRunId()).orElse(run).toBuilder()
            .setState(outcome.state())
            .setEtaSeconds(0)
            .setGeneration(outcome.generation())
            .putAllMetrics(outcome.metrics())
            .setReason(outcome.reason())
            .setChangedAt(now())
            .build();
    log.publish(ended);
    LOG.infof("%s is %s: %s", run.getRunId(), outcome.state(), outcome.reason());
    try {
      new RunFolders(options.home()).tidy(run.getRunId());
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("what %s left behind can't be removed: %s", run.getRunId(), e.getMessage());
    }
    return ended;
  }

  private void trigger(RunLog log, long labels) {
    Optional<TrainingRunChanged> last = log.runs().stream().findFirst();
    freshLabels = RunTriggers.fresh(last, labels);
    if (triggers.areOff() || job != null || rollout.active().isEmpty()) {
      return;
    }
    triggers
        .due(last, labels, clock.instant())
        .ifPresent(reason -> {
          try {
            TrainingRunChanged _ = begin(log, reason, Map.of());
          } catch (RunRefusedException e) {
            LOG.errorf("no run is started (%s): %s", reason, e.getMessage());
          }
        });
  }

  /// The service stops in order: the run goes on when it is back.
  private void pause(RunLog log) {
    RunningJob paused = job;
    stopJob();
    if (paused != null && log.leads()) {
      Optional<TrainingJob.Outcome> outcome = paused.outcome();
      if (outcome.isPresent()) {
        TrainingRunChanged _ = end(log, paused.run(), outcome.get());
      } else {
        log.publish(described(paused).toBuilder().setPhase(PAUSED).setEtaSeconds(0).build());
      }
    }
  }

  private void stopJob() {
    if (job != null) {
      job.stop();
      stoppedHere = job.run().getRunId();
      job = null;
    }
  }

  private void show(RunLog log) {
    List<TrainingRunChanged> runs = log.runs();
    if (job != null && !job.isDone()) {
      TrainingRunChanged now = described(job);
      runs = runs.stream().map(run -> run.getRunId().equals(now.getRunId()) ? now : run).toList();
    }
    view = new View(runs, log.leads(), log.isCaughtUp(), freshLabels, "");
  }

  private TrainingRunChanged described(RunningJob running) {
    RunProgress.Status status = running.progress();
    return running.run().toBuilder()
        .setPhase(status.phase())
        .setPhaseDone(status.done())
        .setPhaseTotal(status.total())
        .clearLosses()
        .putAllLosses(status.losses())
        .setImagesPerSecond(status.imagesPerSecond())
        .setEtaSeconds(status.etaSeconds())
        .setChangedAt(now())
        .build();
  }

  private Timestamp now() {
    Instant now = clock.instant();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }
}
