package io.sketchstream.training.runs;

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
  private static final Logger LOG = Logger.getLogger(RunCoordinator.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TELL_EVERY = Duration.ofSeconds(2);

  private final Map<String, Object> kafka;
  private final TopicProvisioner provisioner;
  private final RunOptions options;
  private final Rollout rollout;
  private final RunEvents events;
  private final DueRuns due;
  private final TopicReader topics;
  private final Decider<RunLog, TrainingRunChanged> decider;
  private volatile RunView view = new RunView(List.of(), false, false, 0, "not started");
  private RunningJob job;
  private String stoppedHere = "";
  private long nextTellNanos;

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
    this.events = new RunEvents(clock);
    this.due = new DueRuns(new RunTriggers(options.every(), options.newLabels()), clock);
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

  RunView view() {
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
    view = new RunView(view.runs(), false, false, due.freshLabels(), reason);
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
    decider.answer(log, () -> show(log));
    due.look(log, labels).ifPresent(reason -> beginDue(log, reason));
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
    TrainingRunChanged run = events.begun(active, trigger, Snapshot.take(topics), overrides);
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
    boolean inOrder = run.getPhase().equals(RunEvents.PAUSED) || run.getRunId().equals(stoppedHere);
    int restarts = run.getRestarts() + (inOrder ? 0 : 1);
    if (restarts > options.learning().restartsMax()) {
      fail(log, run, "its service died %d times while it ran".formatted(restarts));
      return;
    }
    try {
      RunningJob next =
          open(events.goingOn(run, restarts), new Generation(run.getBaseGeneration()));
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
      log.publish(events.underWay(job));
      nextTellNanos = System.nanoTime() + TELL_EVERY.toNanos();
    }
  }

  private TrainingRunChanged end(RunLog log, TrainingRunChanged run, TrainingJob.Outcome outcome) {
    TrainingRunChanged ended = events.ended(log.find(run.getRunId()).orElse(run), outcome);
    log.publish(ended);
    LOG.infof("%s is %s: %s", run.getRunId(), outcome.state(), outcome.reason());
    tidy(run.getRunId());
    return ended;
  }

  private void tidy(String runId) {
    try {
      new RunFolders(options.home()).tidy(runId);
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("what %s left behind can't be removed: %s", runId, e.getMessage());
    }
  }

  private void beginDue(RunLog log, String reason) {
    if (job != null || rollout.active().isEmpty()) {
      return;
    }
    try {
      TrainingRunChanged _ = begin(log, reason, Map.of());
    } catch (RunRefusedException e) {
      LOG.errorf("no run is started (%s): %s", reason, e.getMessage());
    }
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
        log.publish(events.paused(paused));
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
      TrainingRunChanged now = events.underWay(job);
      runs = runs.stream().map(run -> run.getRunId().equals(now.getRunId()) ? now : run).toList();
    }
    view = new RunView(runs, log.leads(), log.isCaughtUp(), due.freshLabels(), "");
  }
}
