package io.sketchstream.embed.generations;

import io.micrometer.core.instrument.Gauge;
import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.embed.device.Priority;
import io.sketchstream.embed.generations.EncoderSource.BrokenArtifactException;
import io.sketchstream.embed.images.ImageLoop;
import io.sketchstream.embed.standing.StandingLoop;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.shell.threads.Niceness;
import io.sketchstream.shell.threads.Threads;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.WorkerStatus;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/// One live generation: loads its encoder, creates its topics, and runs its image loop and, beside
/// it, the loop of the standing queries.
///
/// **Threads:** two workers; any may ask. **Owns:** the encoder and the loops.
final class GenerationWorker implements Worker.Body {
  private static final Logger LOG = Logger.getLogger(GenerationWorker.class);
  private static final Duration ADMIN_MAX = Duration.ofSeconds(10);

  /// A large model over a slow link takes long, and a restart would load it from the beginning.
  private static final Duration LOADING_MAX = Duration.ofMinutes(30);

  private final Generation generation;
  private final GenerationServices services;
  private final Runnable onChange;
  private volatile ModelChanged model;
  private volatile boolean over;
  private volatile Worker worker;
  private volatile Worker standing;
  private volatile LoadedEncoder encoder;
  private volatile ImageLoop loop;
  private volatile String unusable = "";
  private volatile boolean tried;

  /// @param onChange called when the encoder was loaded or can't be used
  GenerationWorker(
      Generation generation, ModelChanged model, GenerationServices services, Runnable onChange) {
    this.generation = generation;
    this.model = model;
    this.services = services;
    this.onChange = onChange;
  }

  void start() {
    worker =
        services
            .workers()
            .start(
                WorkerOptions.of(generation.embedGroup())
                    .withBackoff(services.retry().backoff(), services.retry().backoffMax())
                    .withSilenceMax(LOADING_MAX),
                this);
  }

  /// The state of the generation changed; its artifact never does.
  void update(ModelChanged change) {
    model = change;
  }

  /// The encoder, once it is loaded.
  Optional<LoadedEncoder> encoder() {
    return Optional.ofNullable(encoder);
  }

  /// Its status, such as `RUNNING` or `BROKEN: its weights are damaged`.
  String status() {
    return unusable.isEmpty() ? workerStatus().toString() : "BROKEN: " + unusable;
  }

  /// Whether the encoder is loaded, or known to be unusable for now.
  boolean hasTried() {
    return tried;
  }

  boolean isAlive() {
    return worker.isAlive();
  }

  /// Asks the loop to end and to delete the local copy of the artifact.
  void end() {
    over = true;
    stop();
  }

  /// Asks the loop to end.
  void stop() {
    Worker beside = standing;
    if (beside != null) {
      beside.stop();
    }
    worker.stop();
  }

  /// Waits until it has ended.
  void join() {
    worker.close();
  }

  private WorkerStatus workerStatus() {
    Worker started = worker;
    return started == null ? WorkerStatus.STARTING : started.status();
  }

  @Override
  public void run(Worker self) throws Exception {
    Gauge lag = services.images().metrics().watchLag(generation, this::lag);
    try {
      services.failures().counting(generation.embedGroup(), this::attempt).run(self);
    } finally {
      services.images().metrics().forget(lag);
    }
  }

  private void attempt(Worker self) throws InterruptedException {
    try {
      while (encoder == null && !self.isStopping()) {
        load(self);
      }
      if (!self.isStopping()) {
        try (Admin admin =
            services.images().clients().admin("embed-admin-" + generation, ADMIN_MAX)) {
          services.provisioner().createEmbeddings(admin, generation);
        }
        startStanding();
        loop = new ImageLoop(generation, encoder, () -> model, services.images());
        loop.run(self);
      }
    } finally {
      changed();
    }
  }

  private void startStanding() {
    if (standing == null) {
      StandingLoop queries =
          new StandingLoop(
              generation,
              encoder,
              this::standingPriority,
              services.images().clients(),
              services.images().clock(),
              services.standingQueriesMax());
      standing =
          services
              .workers()
              .start(
                  WorkerOptions.of(generation.standingGroup())
                      .withBackoff(services.retry().backoff(), services.retry().backoffMax()),
                  services.failures().counting(generation.standingGroup(), queries::run));
    }
  }

  private Priority standingPriority() {
    return model.getState() == ModelState.BACKFILLING ? Priority.BACKFILL_IMAGE : Priority.SKETCH;
  }

  /// A restart of the process does not help if a model is broken or can't be reached: readiness
  /// shows it, and loading is tried again.
  private void load(Worker self) throws InterruptedException {
    try {
      encoder = services.device().open(openWithNiceness());
      unusable = "";
      LOG.infof("generation %s: encoder loaded, %d dimensions", generation, model.getDimension());
      changed();
    } catch (BrokenArtifactException | UncheckedIOException e) {
      LOG.errorf("generation %s can't be embedded: %s", generation, e.getMessage());
      unusable = e.getMessage();
      services.failures().failed(generation.embedGroup());
      changed();
      self.roundDone();
      self.pause(services.retry().backoffMax());
    }
  }

  private void changed() {
    tried = true;
    onChange.run();
  }

  @Override
  public void stopped() {
    Worker beside = standing; // It may have started after the others were asked to end.
    if (beside != null) {
      beside.close();
    }
    LoadedEncoder opened = encoder;
    encoder = null;
    if (opened != null) {
      opened.close();
    }
    if (over) {
      services.source().forget(model);
    }
    LOG.infof("generation %s is no longer embedded", generation);
  }

  /// Loading takes a second of CPU time, so a generation that is not searched yet is loaded with a
  /// high nice value. But not in the idle class: a thread that gets no CPU could hold a lock of the
  /// JVM or of libtorch that others wait for.
  private Encoder openWithNiceness() throws BrokenArtifactException {
    if (model.getState() != ModelState.BACKFILLING) {
      return open();
    }
    FutureTask<Encoder> loading =
        new FutureTask<>(() -> {
          Niceness.ofThisThread(services.loadingNiceness());
          return open();
        });
    Threads.join(Thread.ofPlatform().name("embed-load-" + generation).start(loading));
    if (loading.state() == Future.State.SUCCESS) {
      return loading.resultNow();
    }
    switch (loading.exceptionNow()) {
      case BrokenArtifactException broken -> throw broken;
      case UncheckedIOException unreachable -> throw unreachable;
      case Throwable e ->
          throw new IllegalStateException("the encoder can't be loaded: " + e.getMessage(), e);
    }
  }

  private Encoder open() throws BrokenArtifactException {
    Encoder opened = services.source().open(model);
    if (model.getDimension() != 0 && opened.dimension() != model.getDimension()) {
      opened.close();
      throw new BrokenArtifactException(
          "its embeddings have %d dimensions, not %d as its record in models says"
              .formatted(opened.dimension(), model.getDimension()));
    }
    return opened;
  }

  private long lag() {
    ImageLoop current = loop;
    return current == null ? 0 : current.lag();
  }
}
