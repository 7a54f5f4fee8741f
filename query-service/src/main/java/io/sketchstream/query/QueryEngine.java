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
import io.sketchstream.query.index.Refresher;
import io.sketchstream.query.index.ShardSettings;
import io.sketchstream.query.search.AnswerLoop;
import io.sketchstream.query.search.EventProducer;
import io.sketchstream.query.search.GenerationSearcher;
import io.sketchstream.query.search.PendingAnswers;
import io.sketchstream.query.search.SearchLoop;
import io.sketchstream.query.search.SearchMetrics;
import io.sketchstream.query.search.SimilarSearches;
import io.sketchstream.query.search.SketchSearches;
import io.sketchstream.query.status.StatusSampler;
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
  private final LiveGenerations generations = new LiveGenerations();
  private final GenerationSearcher searcher = new GenerationSearcher(generations, clock);
  private final PendingAnswers pending;
  private final SketchSearches searches;
  private final SimilarSearches similar;
  private final StatusSampler status;

  private QueryEngine(
      QueryConfig config,
      Map<String, Object> kafka,
      TopicProvisioner topics,
      MeterRegistry registry,
      String ingestAddress) {
    pending = new PendingAnswers(config.pendingMax());
    try {
      Admin admin = own(Admin.create(kafka));
      topics.createPermanent(admin);
      String instanceId = InstanceId.of(config.stateDir());
      SearchMetrics metrics = new SearchMetrics(registry);
      ShardSettings shards =
          new ShardSettings(options(config), own(Refresher.start()), metrics, clock);
      IndexRunner runner =
          new IndexRunner(
              admin, topics, application(config, kafka, instanceId), shards, generations, registry);
      own(ModelsFollower.start(kafka, generations, runner));
      status = own(new StatusSampler(admin, generations, ingestAddress, config.statusInterval()));
      EventProducer producer = own(new EventProducer(kafka));
      SearchLoop loop =
          own(
              new SearchLoop(
                  kafka,
                  instanceId,
                  producer,
                  searcher,
                  new SearchLoop.Options(config.inFlightMax(), metrics, clock)));
      AnswerLoop answers = own(new AnswerLoop(kafka, anyReplyPartition(producer), pending, clock));
      similar = new SimilarSearches(searcher, metrics, config.inFlightMax());
      searches = new SketchSearches(producer, answers, pending, clock);
      loop.start();
      answers.start();
      status.start();
      bind(registry, loop);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Starts everything.
  ///
  /// @param kafka what all Kafka clients share
  /// @param ingestAddress base URL of the ingest service
  /// @throws RuntimeException when Kafka does not answer; nothing runs then
  static QueryEngine start(
      QueryConfig config,
      Map<String, Object> kafka,
      TopicProvisioner topics,
      MeterRegistry registry,
      String ingestAddress) {
    return new QueryEngine(config, kafka, topics, registry, ingestAddress);
  }

  /// Searches by sketch.
  public SketchSearches searches() {
    return searches;
  }

  /// Searches by an image of the gallery.
  public SimilarSearches similar() {
    return similar;
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
        config.hnsw().maxConn(),
        config.hnsw().beamWidth(),
        config.hnsw().searchWidth(),
        config.ramBufferMax().asLongValue(),
        config.commitRecordsMax(),
        config.refreshIntervalMax());
  }

  private static IndexApplication application(
      QueryConfig config, Map<String, Object> kafka, String instanceId) {
    return new IndexApplication(
        kafka,
        config.stateDir(),
        instanceId,
        config.address(),
        config.standbys(),
        config.indexingThreads(),
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
