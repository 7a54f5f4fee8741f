package io.sketchstream.query.standing;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.ShardRequest;
import io.sketchstream.query.index.Arrivals;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.VectorOf;
import io.sketchstream.query.search.EventProducer;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;

/// All parts of standing queries in this process.
///
/// **Threads:** those of its parts; any may ask. **Owns:** its parts, until [#close].
public final class StandingQueries implements AutoCloseable {
  private static final Duration VECTOR_MAX = Duration.ofMillis(300);

  private final StandingRegistry registry;
  private final MatchLog log;
  private final MatchPublisher publisher;
  private final Matcher matcher;
  private final KafkaClients clients;

  /// The generations of this process.
  ///
  /// @param active the one that is searched, as `models` says
  /// @param index that of a generation, if it runs here
  public record Served(
      Supplier<Optional<ModelChanged>> active,
      Function<Generation, Optional<GenerationIndex>> index) {}

  /// @param fanOut asks for the vectors of images that queries name
  public StandingQueries(
      KafkaClients clients,
      EventProducer producer,
      Served generations,
      FanOut fanOut,
      StandingOptions options) {
    InstantSource clock = InstantSource.system();
    this.clients = clients;
    registry = new StandingRegistry(clients, producer, options.countMax(), clock);
    log = new MatchLog(options.matchesMax());
    publisher = new MatchPublisher(record -> producer.send(record, Step.NONE), log, clock);
    matcher =
        new Matcher(
            clients,
            generations.active(),
            (generation, imageId) ->
                generations
                    .index()
                    .apply(generation)
                    .flatMap(index -> vectorOf(index, fanOut, imageId)),
            registry,
            publisher,
            options);
  }

  private static Optional<float[]> vectorOf(GenerationIndex index, FanOut fanOut, String imageId) {
    long deadline = System.nanoTime() + VECTOR_MAX.toNanos();
    try {
      return fanOut
          .ask(index, ShardRequest.toAll(index, List.of(), deadline, new VectorOf(imageId)), false)
          .vector();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// Starts its threads.
  public void start(Workers workers) {
    registry.start(workers);
    log.start(clients, workers);
    matcher.start(workers);
  }

  /// The listener of each shard.
  public Arrivals.Factory arrivals() {
    return shard -> new ShardWatch(shard, matcher, publisher);
  }

  /// The registered standing queries.
  public StandingRegistry registry() {
    return registry;
  }

  /// The matches reported.
  public MatchLog log() {
    return log;
  }

  /// The score threshold of a query in the active generation, by its id; empty for a query without
  /// likeness, and while it is not known.
  public OptionalDouble threshold(String queryId) {
    WatchedQuery query = matcher.watched().byId().get(queryId);
    return query == null || !query.isDrawn() || !Float.isFinite(query.threshold())
        ? OptionalDouble.empty()
        : OptionalDouble.of(query.threshold());
  }

  /// Whether a query, in the version registered at that time, is compared with new images.
  public boolean isWatching(StandingEntry entry) {
    WatchedQuery query = matcher.watched().byId().get(entry.id());
    return query != null && query.entry().query().equals(entry.query());
  }

  /// Why a query can't be compared with images; empty when it can, or waits for its vector.
  public String refusal(StandingEntry entry) {
    return matcher.refusal(entry);
  }

  /// Waits until a query, in this version, is compared with new images, or it is known why not.
  ///
  /// @return why not; empty when it is, or at the timeout
  public String awaitVerdict(StandingEntry entry, Duration max) throws InterruptedException {
    boolean _ = matcher.await(() -> isWatching(entry) || !refusal(entry).isEmpty(), max);
    return isWatching(entry) ? "" : refusal(entry);
  }

  @Override
  public void close() {
    matcher.close();
    log.close();
    registry.close();
  }
}
