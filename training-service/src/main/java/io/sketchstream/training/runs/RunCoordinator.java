package io.sketchstream.training.runs;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.training.labels.LabelCounter;
import io.sketchstream.training.labels.TopicReader;
import io.sketchstream.training.labels.TopicSnapshot;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.leadership.CommandRefusedException.Kind;
import io.sketchstream.training.leadership.LeaderLoop;
import io.sketchstream.training.rollout.Rollout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Follows [training-runs] and, while this instance leads, starts, watches and stops runs: one at a
/// time. An interrupted run is resumed.
///
/// **Threads:** a leader loop decides and writes; any may ask. **Owns:** that loop, its Kafka
/// clients and the run under way, until [#close].
final class RunCoordinator implements AutoCloseable, LeaderLoop.Work {
  private static final Logger LOG = Logger.getLogger(RunCoordinator.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TELL_EVERY = Duration.ofSeconds(2);

  private final KafkaClients clients;
  private final TopicProvisioner provisioner;
  private final RunOptions options;
  private final Rollout rollout;
  private final RunEvents events;
  private final DueRuns due;
  private final TopicReader topics;
  private final LeaderLoop<RunLog, TrainingRunChanged> loop;
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
    this.clients = new KafkaClients(kafka);
    this.provisioner = provisioner;
    this.options = options;
    this.rollout = rollout;
    this.events = new RunEvents(clock);
    this.due = new DueRuns(new RunTriggers(options.every(), options.newLabels()), clock);
    this.topics = new TopicReader(kafka, "training-dataset");
    this.loop = new LeaderLoop<>("training-runs", "training", this);
  }

  void start(Workers workers) {
    loop.start(workers);
  }

  RunView view() {
    return view;
  }

  TopicReader topics() {
    return topics;
  }

  /// Begins a run.
  ///
  /// @throws CommandRefusedException when it is refused, or this instance can't answer in time
  TrainingRunChanged begin(String trigger, Map<String, String> overrides) {
    return loop.call(log -> begin(log, trigger, overrides));
  }

  /// Ends a run; nothing else changes.
  ///
  /// @throws CommandRefusedException when it is refused, or this instance can't answer in time
  TrainingRunChanged cancel(String runId, String reason) {
    return loop.call(log -> cancel(log, runId, reason));
  }

  /// Stops the run under way at a checkpoint and waits for it.
  @Override
  public void close() {
    loop.stop();
  }

  @Override
  public void follow() throws InterruptedException {
    try (LabelCounter labels = new LabelCounter(clients, provisioner);
        RunLog log = new RunLog(clients, new RunFolders(options.home())::has)) {
      while (!loop.isStopping()) {
        step(log, labels);
        loop.roundDone();
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
        stopJob(); // The next leader resumes from its checkpoint.
        log.resign();
      }
      loop.refuseAll("another instance leads, or none does yet");
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
    loop.answer(log, () -> show(log));
    due.look(log, labels).ifPresent(reason -> beginDue(log, reason));
    show(log);
  }

  private TrainingRunChanged begin(RunLog log, String trigger, Map<String, String> overrides) {
    if (job != null) {
      throw new CommandRefusedException(Kind.CONFLICT, job.run().getRunId() + " is still running");
    }
    Generation active =
        rollout
            .active()
            .orElseThrow(() ->
                new CommandRefusedException(
                    Kind.CONFLICT, "no generation is active whose weights a run could start from"));
    TrainingRunChanged run = events.begun(active, trigger, TopicSnapshot.take(topics), overrides);
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
      throw new CommandRefusedException(Kind.INVALID, e.getMessage());
    } catch (BrokenModelException | IllegalStateException e) {
      throw new CommandRefusedException(Kind.CONFLICT, e.getMessage());
    }
  }

  private static Generation base(TrainingRunChanged run) {
    try {
      return new Generation(run.getBaseGeneration());
    } catch (IllegalArgumentException e) {
      throw new CommandRefusedException(Kind.INVALID, "its base generation: " + e.getMessage());
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
                () -> new CommandRefusedException(Kind.UNKNOWN, "there is no run " + runId));
    if (run.getState() != TrainingRunState.RUNNING) {
      throw new CommandRefusedException(
          Kind.CONFLICT, runId + " has ended: it is " + run.getState());
    }
    stopJob();
    return end(log, run, new TrainingJob.Outcome(TrainingRunState.CANCELLED, "", Map.of(), reason));
  }

  /// Resumes a run that its service or the former leader left unfinished.
  private void goOn(RunLog log, TrainingRunChanged run) {
    boolean inOrder = run.getPhase().equals(RunEvents.PAUSED) || run.getRunId().equals(stoppedHere);
    int restarts = run.getRestarts() + (inOrder ? 0 : 1);
    if (restarts > options.learning().restartsMax()) {
      fail(log, run, "its service crashed %d times during the run".formatted(restarts));
      return;
    }
    try {
      RunningJob next = open(events.goingOn(run, restarts), base(run));
      log.publish(next.run());
      launch(next);
      LOG.infof("%s is resumed", run.getRunId());
    } catch (CommandRefusedException e) {
      fail(log, run, "it can't be resumed: " + e.getMessage());
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
    tidy(log, run.getRunId());
    return ended;
  }

  private void tidy(RunLog log, String runId) {
    try {
      new RunFolders(options.home()).tidy(runId, log::isRunning);
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("the files of %s could not be deleted: %s", runId, e.getMessage());
    }
  }

  private void beginDue(RunLog log, String reason) {
    if (job != null || rollout.active().isEmpty()) {
      return;
    }
    try {
      TrainingRunChanged _ = begin(log, reason, Map.of());
    } catch (CommandRefusedException e) {
      LOG.errorf("no run could be started (%s): %s", reason, e.getMessage());
    }
  }

  /// The service stops regularly: the run is resumed at the next start.
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
