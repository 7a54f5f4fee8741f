package io.sketchstream.embed;

import io.sketchstream.embed.InferenceExecutor.Lane;
import io.sketchstream.embed.SketchEmbedder.ActiveEncoder;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.threads.Niceness;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jboss.logging.Logger;

/// The embed service without its shell: follows [models], runs an image loop for every live
/// generation and the sketch loop for the active one.
///
/// **Threads:** `embed-models` decides which generations run; `embed-sketches` polls sketches; the
/// rest belongs to whom it is named after. **Owns:** all of them; [#close] joins every one, the
/// device's last before the encoders go.
final class Embedder implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Embedder.class);
  private static final Duration ADMIN_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final EmbedResources resources;
  private final TopicProvisioner provisioner;
  private final EncoderSource source;
  private final ExecutorService sketchDecoders;
  private final Map<Generation, GenerationRunner> runners = new ConcurrentHashMap<>();
  private final Map<Generation, GenerationRunner> stopping = new ConcurrentHashMap<>();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final Backoff followerBackoff;
  private final Backoff sketchBackoff;
  private final Thread follower;
  private final Thread sketches;
  private volatile KnownGenerations known = KnownGenerations.NONE;
  private volatile boolean caughtUp;
  private volatile LoopStatus followerStatus = LoopStatus.STARTING;
  private volatile LoopStatus sketchStatus = LoopStatus.STARTING;

  Embedder(
      KafkaClients clients,
      TopicProvisioner provisioner,
      EncoderSource source,
      EmbedOptions options,
      EmbedMetrics metrics,
      Tracing tracing) {
    this.provisioner = provisioner;
    this.source = source;
    this.resources =
        new EmbedResources(
            clients,
            options,
            new InferenceExecutor(options, metrics),
            new Decoders(
                options.decoders(),
                options.backfill().niceness(),
                decodedAhead(options, options.threads()),
                decodedAhead(options, options.backfill().threads())),
            metrics,
            tracing,
            InstantSource.system());
    // Its queue is bounded by the sketches in flight.
    this.sketchDecoders =
        Executors.newFixedThreadPool(options.sketchDecoders(), named("embed-sketch-decoder-"));
    this.followerBackoff = new Backoff(options.retryBackoff(), options.retryBackoffMax());
    this.sketchBackoff = new Backoff(options.retryBackoff(), options.retryBackoffMax());
    this.follower = Thread.ofPlatform().name("embed-models").unstarted(this::follow);
    this.sketches = Thread.ofPlatform().name("embed-sketches").unstarted(this::serveSketches);
  }

  /// One pass is in the network, one is ready, and one is being made ready.
  private static int decodedAhead(EmbedOptions options, int threads) {
    return 3 * threads * options.microBatchMax();
  }

  void start() {
    follower.start();
    sketches.start();
  }

  /// How each live generation is doing, by name.
  Map<String, LoopStatus> generations() {
    Map<String, LoopStatus> statuses = new TreeMap<>();
    runners.forEach((generation, runner) -> statuses.put(generation.id(), runner.status()));
    return statuses;
  }

  /// The follower of [models].
  LoopStatus models() {
    return followerStatus;
  }

  LoopStatus sketches() {
    return sketchStatus;
  }

  /// Who answers sketches now.
  ActiveEncoder active() {
    return known
        .active()
        .map(this::encoder)
        .orElseGet(() ->
            ActiveEncoder.none(
                caughtUp ? "no generation is active yet" : "the models are not read yet"));
  }

  /// Who answers a sketch that asks for a generation by name, or for the active one by none.
  private ActiveEncoder encoder(String generation) {
    if (generation.isEmpty()) {
      return active();
    }
    return runners.keySet().stream()
        .filter(live -> live.id().equals(generation))
        .findFirst()
        .map(this::encoder)
        .orElseGet(() -> ActiveEncoder.none("generation '" + generation + "' is not served"));
  }

  private ActiveEncoder encoder(Generation generation) {
    GenerationRunner runner = runners.get(generation);
    Optional<Lane> lane = runner == null ? Optional.empty() : runner.lane();
    return lane.map(open -> new ActiveEncoder(generation, open, ""))
        .orElseGet(() ->
            ActiveEncoder.none(
                "generation %s has no encoder here: %s"
                    .formatted(
                        generation, runner == null ? LoopStatus.STARTING : runner.status())));
  }

  /// Whether every thread that should run does.
  boolean isAlive() {
    return follower.isAlive()
        && sketches.isAlive()
        && resources.inference().isAlive()
        && runners.values().stream().allMatch(GenerationRunner::isAlive);
  }

  /// Stops polling, lets work under way finish for a while, and joins all threads.
  @Override
  public void close() {
    followerBackoff.stop();
    sketchBackoff.stop();
    ready.countDown();
    Threads.join(follower);
    runners.values().forEach(GenerationRunner::stop);
    stopping.values().forEach(GenerationRunner::stop);
    Threads.join(sketches);
    runners.values().forEach(GenerationRunner::join);
    stopping.values().forEach(GenerationRunner::join);
    resources.inference().close();
    resources.decoders().close();
    sketchDecoders.close();
  }

  private void follow() {
    while (!followerBackoff.isStopped()) {
      try (Admin admin = resources.clients().admin(ADMIN_MAX)) {
        provisioner.createPermanent(admin);
        followerStatus = LoopStatus.RUNNING;
        new ModelsFollower(resources.clients(), this::apply).run(followerBackoff::isStopped);
      } catch (RuntimeException e) {
        if (!followerBackoff.isStopped()) {
          LOG.errorf("models can't be followed, trying again: %s", e.getMessage());
          followerStatus = LoopStatus.failing(e);
          resources.metrics().loopFailed("models");
          followerBackoff.await();
        }
      }
    }
  }

  /// Starts and stops loops, on the follower's thread.
  private void apply(KnownGenerations now) {
    followerBackoff.reset();
    Map<Generation, ModelChanged> live = now.live();
    if (now.active().isPresent() && now.isBackfilling()) {
      Niceness.ofOptimisers();
    }
    live.forEach((generation, model) ->
        runners.computeIfAbsent(generation, _ -> begin(generation, model)).update(model));
    if (!caughtUp) {
      now.over().forEach(source::forget); // They may have ended while nobody was here.
    }
    known = now;
    caughtUp = true;
    runners.forEach((generation, runner) -> {
      if (!live.containsKey(generation)) {
        runner.end();
        stopping.put(generation, runner);
        runners.remove(generation);
      }
    });
    stopping.values().removeIf(runner -> !runner.isAlive());
    settle();
  }

  private GenerationRunner begin(Generation generation, ModelChanged model) {
    GenerationRunner former = stopping.remove(generation);
    if (former != null) {
      former.join();
    }
    GenerationRunner runner =
        new GenerationRunner(model, source, provisioner, resources, this::settle);
    runner.start();
    return runner;
  }

  /// An instance joins the sketches' group once it can answer, or knows that it can't.
  private void settle() {
    Optional<Generation> active = known.active();
    GenerationRunner runner = active.map(runners::get).orElse(null);
    if (caughtUp && (active.isEmpty() || (runner != null && runner.hasTried()))) {
      ready.countDown();
    }
  }

  private void serveSketches() {
    if (!awaitReady()) {
      return;
    }
    while (!sketchBackoff.isStopped()) {
      KafkaProducer<byte[], byte[]> producer =
          resources.clients().producer("embed-sketches-writer", Duration.ZERO);
      try {
        SketchEmbedder embedder =
            new SketchEmbedder(this::encoder, producer, sketchDecoders, resources);
        new SketchLoop(resources, embedder).run(sketchBackoff::isStopped, this::sketchesRun);
      } catch (RuntimeException e) {
        if (!sketchBackoff.isStopped()) {
          LOG.errorf(e, "sketch loop starts again");
          sketchStatus = LoopStatus.failing(e);
          resources.metrics().loopFailed("sketches");
          sketchBackoff.await();
        }
      } finally {
        producer.close(CLOSE_MAX);
      }
    }
    sketchStatus = LoopStatus.STOPPED;
  }

  private boolean awaitReady() {
    try {
      ready.await();
      return !sketchBackoff.isStopped();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void sketchesRun() {
    if (!sketchStatus.equals(LoopStatus.RUNNING)) {
      sketchStatus = LoopStatus.RUNNING;
      sketchBackoff.reset();
    }
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).factory();
  }
}
