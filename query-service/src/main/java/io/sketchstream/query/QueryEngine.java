package io.sketchstream.query;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.generations.IndexRunner;
import io.sketchstream.query.generations.LiveGenerations;
import io.sketchstream.query.generations.ModelsFollower;
import io.sketchstream.query.index.IndexApplication;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.OpenShards;
import io.sketchstream.query.index.Refresher;
import io.sketchstream.query.index.ShardSettings;
import io.sketchstream.query.index.StandbyProgress;
import io.sketchstream.query.index.VectorFormat;
import io.sketchstream.query.recall.RecallMonitor;
import io.sketchstream.query.scatter.LocalShards;
import io.sketchstream.query.scatter.Peers;
import io.sketchstream.query.scatter.Scatter;
import io.sketchstream.query.scatter.ScatterOptions;
import io.sketchstream.query.search.AnswerLoop;
import io.sketchstream.query.search.EventProducer;
import io.sketchstream.query.search.GenerationSearcher;
import io.sketchstream.query.search.PendingAnswers;
import io.sketchstream.query.search.SearchLoop;
import io.sketchstream.query.search.SearchMetrics;
import io.sketchstream.query.search.SearchTakeover;
import io.sketchstream.query.search.SimilarSearches;
import io.sketchstream.query.search.SketchSearches;
import io.sketchstream.query.status.StatusSampler;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/// Everything of the query service that runs, started in the order of the flow and stopped in the
/// reverse.
///
/// **Owns:** all of its parts, until [#close].
public final class QueryEngine implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(QueryEngine.class);

  private final InstantSource clock = InstantSource.system();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final LiveGenerations generations = new LiveGenerations(clock);
  private final LocalShards shards = new LocalShards(generations::index);
  private final Tracing tracing;
  private final PendingAnswers pending;
  private final SearchMetrics metrics;
  private final SketchSearches searches;
  private final SimilarSearches similar;
  private final StatusSampler status;

  private QueryEngine(
      QueryConfig config,
      Map<String, Object> kafka,
      TopicProvisioner topics,
      Surroundings surroundings) {
    MeterRegistry registry = surroundings.registry();
    tracing = surroundings.tracing();
    pending = new PendingAnswers(config.pendingMax());
    try {
      Admin admin = own(Admin.create(kafka));
      topics.createPermanent(admin);
      String instanceId = InstanceId.of(config.stateDir());
      metrics = new SearchMetrics(registry, tracing);
      ShardSettings settings =
          new ShardSettings(
              options(config),
              own(Refresher.start()),
              new OpenShards(),
              metrics,
              generations::isFilling,
              clock);
      IndexRunner runner =
          new IndexRunner(
              admin,
              topics,
              application(config, kafka, instanceId, surroundings.ownAddress()),
              settings,
              generations,
              registry);
      own(ModelsFollower.start(kafka, generations, runner));
      own(StandbyProgress.start(admin, generations::indexes));
      own(shards);
      Peers peers = own(new Peers(shards, config.scatter().requestsMax(), surroundings.access()));
      GenerationSearcher searcher =
          new GenerationSearcher(
              generations::await, new Scatter(peers, scatter(config), registry), clock);
      RecallMonitor recall =
          own(
              new RecallMonitor(
                  generations::index,
                  new Scatter(peers, exact(config), registry),
                  config.recall().sampleRate(),
                  registry));
      status =
          own(
              new StatusSampler(
                  admin,
                  generations,
                  surroundings.ingestAddress(),
                  surroundings.access(),
                  config.statusInterval(),
                  registry));
      EventProducer producer = own(new EventProducer(kafka));
      SearchLoop loop =
          own(
              new SearchLoop(
                  kafka,
                  instanceId,
                  producer,
                  searcher,
                  new SearchLoop.Options(
                      config.inFlightMax(),
                      config.sessionTimeout(),
                      recall,
                      metrics,
                      tracing,
                      clock)));
      AnswerLoop answers =
          own(new AnswerLoop(kafka, anyReplyPartition(producer), pending, tracing, clock));
      SearchTakeover takeover =
          own(
              new SearchTakeover(
                  kafka,
                  pending,
                  searcher,
                  new SearchTakeover.Options(
                      config.scatter().takeoverAfter(),
                      Math.max(1, config.inFlightMax() / 4),
                      recall,
                      metrics,
                      tracing,
                      clock)));
      similar = new SimilarSearches(searcher, metrics, config.inFlightMax());
      searches = new SketchSearches(producer, answers, pending, tracing, clock);
      loop.start();
      answers.start();
      takeover.start();
      status.start();
      bind(registry, loop);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// @param registry where metrics are kept
  /// @param tracing begins spans
  /// @param ownAddress where other query services reach this one, `host:port`
  /// @param ingestAddress base URL of the ingest service
  record Surroundings(
      MeterRegistry registry,
      Tracing tracing,
      Access access,
      String ownAddress,
      String ingestAddress) {}

  /// Starts everything.
  ///
  /// @param kafka what all Kafka clients share
  /// @throws RuntimeException when Kafka does not answer; nothing runs then
  static QueryEngine start(
      QueryConfig config,
      Map<String, Object> kafka,
      TopicProvisioner topics,
      Surroundings surroundings) {
    return new QueryEngine(config, kafka, topics, surroundings);
  }

  /// Searches by sketch.
  public SketchSearches searches() {
    return searches;
  }

  /// Searches by an image of the gallery.
  public SimilarSearches similar() {
    return similar;
  }

  /// The shards of this process, for the searches of others.
  public LocalShards shards() {
    return shards;
  }

  /// Counts and times searches.
  public SearchMetrics metrics() {
    return metrics;
  }

  /// Begins the spans of this service.
  public Tracing tracing() {
    return tracing;
  }

  public LiveGenerations generations() {
    return generations;
  }

  public StatusSampler status() {
    return status;
  }

  @Override
  public void close() {
    pending.stop();
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warnf(e, "%s did not stop cleanly", part.getClass().getSimpleName());
      }
    }
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  private static IndexOptions options(QueryConfig config) {
    return new IndexOptions(
        VectorFormat.of(config.vectors()),
        config.hnsw().maxConn(),
        config.hnsw().beamWidth(),
        config.hnsw().searchWidth(),
        config.ramBufferMax().asLongValue(),
        config.commitRecordsMax(),
        config.refreshIntervalMax());
  }

  private static ScatterOptions scatter(QueryConfig config) {
    return new ScatterOptions(
        config.scatter().hedgeDelay(),
        config.scatter().incompleteAfter(),
        config.scatter().requestsMax());
  }

  /// Exact answers take as long as they take; asking another copy as well would not help.
  private static ScatterOptions exact(QueryConfig config) {
    Duration whole = config.timeoutMax();
    return new ScatterOptions(whole, whole, config.scatter().requestsMax());
  }

  private static IndexApplication application(
      QueryConfig config, Map<String, Object> kafka, String instanceId, String address) {
    return new IndexApplication(
        kafka,
        config.stateDir(),
        instanceId,
        address,
        config.standbys(),
        config.indexingThreads(),
        config.sessionTimeout(),
        config.commitInterval(),
        config.closeTimeout());
  }

  private static int anyReplyPartition(EventProducer producer) {
    return ThreadLocalRandom.current().nextInt(producer.partitionCount(Topics.SEARCH_RESULTS));
  }

  private void bind(MeterRegistry registry, SearchLoop loop) {
    Gauge.builder("sketchstream.query.pending", pending, PendingAnswers::count).register(registry);
    Gauge.builder("sketchstream.query.in.flight", loop, SearchLoop::inFlight).register(registry);
    Gauge.builder("sketchstream.query.documents", generations, QueryEngine::documents)
        .register(registry);
  }

  private static double documents(LiveGenerations generations) {
    return generations.indexes().stream()
        .flatMap(index -> index.shards().stream())
        .flatMap(shard -> shard.status().stream())
        .mapToInt(shard -> shard.documents())
        .sum();
  }
}
