package io.sketchstream.embed;

import io.micrometer.core.instrument.Gauge;
import io.sketchstream.embed.EncoderSource.BrokenArtifactException;
import io.sketchstream.embed.InferenceExecutor.Lane;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.threads.Niceness;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/// One live generation: loads its encoder, makes its topic, runs its image loop, and starts again
/// from the committed offsets after any failure.
///
/// **Threads:** one of its own. **Owns:** the encoder and the loop.
final class GenerationRunner {
  private static final Logger LOG = Logger.getLogger(GenerationRunner.class);
  private static final Duration ADMIN_MAX = Duration.ofSeconds(10);
  private static final int LOADING_NICENESS = 10;

  private final Generation generation;
  private final EncoderSource source;
  private final TopicProvisioner provisioner;
  private final EmbedResources resources;
  private final Runnable onChange;
  private final Backoff backoff;
  private final Thread thread;
  private volatile ModelChanged model;
  private volatile boolean ended;
  private volatile Lane lane;
  private volatile ImageLoop loop;
  private volatile LoopStatus status = LoopStatus.STARTING;

  /// @param onChange told when the encoder was loaded or found broken
  GenerationRunner(
      ModelChanged model,
      EncoderSource source,
      TopicProvisioner provisioner,
      EmbedResources resources,
      Runnable onChange) {
    this.generation = new Generation(model.getGeneration());
    this.model = model;
    this.source = source;
    this.provisioner = provisioner;
    this.resources = resources;
    this.onChange = onChange;
    this.backoff =
        new Backoff(resources.options().retryBackoff(), resources.options().retryBackoffMax());
    this.thread = Thread.ofPlatform().name(generation.embedGroup()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// The state of the generation changed; its artifact never does.
  void update(ModelChanged change) {
    model = change;
  }

  /// The network, once it is loaded.
  Optional<Lane> lane() {
    return Optional.ofNullable(lane);
  }

  LoopStatus status() {
    return status;
  }

  /// Whether the encoder is loaded, or known to be unusable for now.
  boolean hasTried() {
    return lane != null || !status.equals(LoopStatus.STARTING);
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /// Asks the loop to end, and to leave nothing: the generation lives no more.
  void end() {
    ended = true;
    stop();
  }

  /// Asks the loop to end; [#join] waits until it has.
  void stop() {
    backoff.stop();
  }

  void join() {
    Threads.join(thread);
  }

  private void run() {
    Gauge lag = resources.metrics().watchLag(generation, this::lag);
    try {
      while (!backoff.isStopped()) {
        attempt();
      }
    } finally {
      resources.metrics().forget(lag);
      status = LoopStatus.STOPPED;
      Lane opened = lane;
      lane = null;
      if (opened != null) {
        opened.close();
      }
      if (ended) {
        source.forget(model);
      }
    }
    LOG.infof("generation %s is not embedded any more", generation);
  }

  /// Runs the loop until it is stopped or fails. Whatever fails is seen in the log and in health
  /// and tried again: nothing that was acknowledged is lost by starting over.
  private void attempt() {
    try {
      if (lane == null) {
        lane = resources.inference().open(loadGivingWay());
        LOG.infof("generation %s: encoder loaded, %d dimensions", generation, model.getDimension());
        onChange.run();
      }
      try (Admin admin = resources.clients().admin(ADMIN_MAX)) {
        provisioner.createEmbeddings(admin, generation);
      }
      loop = new ImageLoop(generation, lane, () -> model, resources);
      loop.run(backoff::isStopped, this::running);
    } catch (BrokenArtifactException e) {
      LOG.errorf("generation %s can't be embedded: %s", generation, e.getMessage());
      retryLater(LoopStatus.broken(e));
    } catch (RuntimeException e) {
      if (!backoff.isStopped()) {
        LOG.errorf(e, "image loop of %s starts again", generation);
        retryLater(LoopStatus.failing(e));
      }
    }
  }

  /// Loading takes a second of CPU; what is not served yet gives way in it as in all else. But not
  /// so far that it stands still with a lock of the JVM's or of libtorch's, which others wait for.
  private Encoder loadGivingWay() throws BrokenArtifactException {
    if (model.getState() != ModelState.BACKFILLING) {
      return load();
    }
    FutureTask<Encoder> loading =
        new FutureTask<>(() -> {
          Niceness.ofThisThread(
              Math.min(LOADING_NICENESS, resources.options().backfill().niceness()));
          return load();
        });
    Threads.join(Thread.ofPlatform().name("embed-load-" + generation).start(loading));
    if (loading.state() == Future.State.SUCCESS) {
      return loading.resultNow();
    }
    if (loading.exceptionNow() instanceof BrokenArtifactException broken) {
      throw broken;
    }
    throw new IllegalStateException(
        "the encoder can't be loaded: " + loading.exceptionNow().getMessage(),
        loading.exceptionNow());
  }

  private Encoder load() throws BrokenArtifactException {
    Encoder encoder = source.open(model);
    if (model.getDimension() != 0 && encoder.dimension() != model.getDimension()) {
      encoder.close();
      throw new BrokenArtifactException(
          "its embeddings have %d dimensions, not %d as its record in models says"
              .formatted(encoder.dimension(), model.getDimension()));
    }
    return encoder;
  }

  private void running() {
    if (!status.equals(LoopStatus.RUNNING)) {
      status = LoopStatus.RUNNING;
      backoff.reset();
    }
  }

  private void retryLater(LoopStatus reason) {
    status = reason;
    resources.metrics().loopFailed(generation.embedGroup());
    onChange.run();
    backoff.await();
  }

  private long lag() {
    ImageLoop current = loop;
    return current == null ? 0 : current.lag();
  }
}
