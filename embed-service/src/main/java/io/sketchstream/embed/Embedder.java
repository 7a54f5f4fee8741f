package io.sketchstream.embed;

import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.embed.device.Decoders;
import io.sketchstream.embed.device.Device;
import io.sketchstream.embed.generations.EmbeddedGenerations;
import io.sketchstream.embed.generations.EncoderSource;
import io.sketchstream.embed.generations.GenerationServices;
import io.sketchstream.embed.images.ImageMetrics;
import io.sketchstream.embed.images.ImageServices;
import io.sketchstream.embed.loops.LoopFailures;
import io.sketchstream.embed.sketches.SketchLoop;
import io.sketchstream.embed.sketches.SketchMetrics;
import io.sketchstream.embed.sketches.SketchServices;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.TopicFollower;
import io.sketchstream.shell.threads.Threads;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.WorkerStatus;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/// The embed service without Quarkus: follows [models], runs an image loop for every live
/// generation, and the sketch loop.
///
/// **Threads:** `embed-models` decides which generations are embedded; `embed-sketches` polls
/// sketches; the README has all of them. **Owns:** all of them; [#close] joins each, and frees the
/// encoders after the last forward pass.
final class Embedder implements AutoCloseable {
  private static final Duration ADMIN_MAX = Duration.ofSeconds(10);

  /// Share of the sketches in flight that may wait for decoder processes: the others continue.
  private static final int FOREIGN_SHARE = 4;

  private static final Duration SETTLE_POLL = Duration.ofMillis(200);

  private final EmbedderContext context;
  private final Device device;
  private final Decoders decoders;
  private final ExecutorService sketchDecoders;
  private final ExecutorService foreignSketchDecoders;
  private final EmbeddedGenerations generations;
  private final LoopFailures failures;
  private volatile Worker models;
  private volatile Worker sketches;

  /// What the service is made of.
  record EmbedderContext(
      KafkaClients clients,
      TopicProvisioner provisioner,
      EncoderSource source,
      EmbedOptions options,
      MeterRegistry meters,
      Tracing tracing,
      Workers workers,
      InstantSource clock) {}

  Embedder(EmbedderContext context) {
    this.context = context;
    EmbedOptions options = context.options();
    this.failures = new LoopFailures(context.meters());
    this.device = new Device(options.device(), context.meters(), context.workers());
    this.decoders = new Decoders(options.device());
    // Its queue is bounded by the sketches in flight.
    this.sketchDecoders =
        Executors.newFixedThreadPool(
            options.sketchDecoders(), Threads.named("embed-sketch-decoder-"));
    this.foreignSketchDecoders =
        new ThreadPoolExecutor(
            options.sketchDecoders(),
            options.sketchDecoders(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(Math.max(1, options.sketches().inFlightMax() / FOREIGN_SHARE)),
            Threads.named("embed-foreign-sketch-"));
    this.generations =
        new EmbeddedGenerations(
            new GenerationServices(
                context.source(),
                context.provisioner(),
                device,
                new ImageServices(
                    context.clients(),
                    decoders,
                    options.images(),
                    new ImageMetrics(context.meters()),
                    context.tracing(),
                    context.clock(),
                    context.provisioner().awayMax()),
                context.workers(),
                failures,
                options.standingQueriesMax(),
                options.loadingNiceness(),
                options.retry()));
  }

  void start() {
    models = start("models", "embed-models", this::followModels);
    sketches = start("sketches", "embed-sketches", this::answerSketches);
  }

  private Worker start(String loop, String name, Worker.Body body) {
    return context
        .workers()
        .start(
            WorkerOptions.of(name)
                .withBackoff(
                    context.options().retry().backoff(), context.options().retry().backoffMax()),
            failures.counting(loop, body));
  }

  EmbeddedGenerations generations() {
    return generations;
  }

  /// The follower of [models].
  WorkerStatus models() {
    return models.status();
  }

  WorkerStatus sketches() {
    return sketches.status();
  }

  /// Stops polling, lets work in flight finish for a while, and joins all threads.
  @Override
  public void close() {
    models.stop();
    sketches.stop();
    models.close();
    generations.stop();
    sketches.close();
    generations.close();
    device.close();
    decoders.close();
    foreignSketchDecoders.close();
    sketchDecoders.close();
  }

  private void followModels(Worker worker) {
    try (Admin admin = context.clients().admin("embed-admin", ADMIN_MAX)) {
      context.provisioner().createPermanent(admin);
    }
    try (TopicFollower<ModelChanged, Generations> follower =
        TopicFollower.open(
            context.clients(),
            "embed-models",
            Topics.MODELS,
            Generations.NONE,
            Generations::with)) {
      follower.follow(worker, generations::apply);
    }
  }

  /// Joins the group of the sketches once this instance can answer, or knows that it can't.
  private void answerSketches(Worker worker) throws InterruptedException {
    while (!worker.isStopping() && !generations.awaitSettled(SETTLE_POLL.toMillis())) {
      worker.roundDone();
    }
    if (!worker.isStopping()) {
      new SketchLoop(
              generations::encoder,
              new SketchServices(
                  context.clients(),
                  sketchDecoders,
                  foreignSketchDecoders,
                  context.options().sketches(),
                  new SketchMetrics(context.meters()),
                  context.tracing(),
                  context.clock()))
          .run(worker);
    }
  }
}
