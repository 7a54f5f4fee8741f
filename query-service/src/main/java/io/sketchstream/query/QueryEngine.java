package io.sketchstream.query;

import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.callers.AnswerLoop;
import io.sketchstream.query.callers.DirectSearches;
import io.sketchstream.query.callers.PendingAnswers;
import io.sketchstream.query.callers.SearchTakeover;
import io.sketchstream.query.callers.SketchSearches;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.FanOutOptions;
import io.sketchstream.query.fanout.LocalShards;
import io.sketchstream.query.fanout.Peers;
import io.sketchstream.query.generations.IndexRunner;
import io.sketchstream.query.generations.LiveGenerations;
import io.sketchstream.query.generations.ModelsFollower;
import io.sketchstream.query.index.Refresher;
import io.sketchstream.query.index.ShardCurrency;
import io.sketchstream.query.index.ShardFiles;
import io.sketchstream.query.index.ShardSettings;
import io.sketchstream.query.index.StandbyProgress;
import io.sketchstream.query.search.EventProducer;
import io.sketchstream.query.search.GenerationSearcher;
import io.sketchstream.query.search.RecallMonitor;
import io.sketchstream.query.search.SearchLoop;
import io.sketchstream.query.search.SearchMetrics;
import io.sketchstream.query.search.SketchSearcher;
import io.sketchstream.query.search.WrittenPositions;
import io.sketchstream.query.standing.StandingQueries;
import io.sketchstream.query.status.StatusSampler;
import io.sketchstream.query.webhooks.Webhooks;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.threads.SteadyClock;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/// All running parts of the query service, started in the order of the data flow and stopped in
/// reverse order.
///
/// **Owns:** all of its parts, until [#close].
public final class QueryEngine implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(QueryEngine.class);
  private static final Duration CURRENCY_INTERVAL = Duration.ofMinutes(1);

  private final QueryConfig config;
  private final Map<String, Object> kafka;
  private final KafkaClients clients;
  private final Surroundings surroundings;
  private final InstantSource clock = InstantSource.system();
  private final InstantSource steady = SteadyClock.INSTANCE;
  private final BrokerClock brokers = new BrokerClock(steady);
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final LiveGenerations generations = new LiveGenerations(steady);
  private final LocalShards shards = new LocalShards(generations::index);
  private final PendingAnswers pending;
  private final SearchMetrics metrics;
  private final SketchSearches searches;
  private final DirectSearches directSearches;
  private final StatusSampler status;
  private final StandingQueries standing;
  private final Webhooks webhooks;

  private QueryEngine(
      QueryConfig config,
      Map<String, Object> kafka,
      TopicProvisioner topics,
      Surroundings surroundings) {
    this.config = config;
    this.kafka = kafka;
    String instanceId = InstanceId.of(config.stateDir());
    clients = new KafkaClients(kafka, Optional.of(instanceId), config.sessionTimeout());
    this.surroundings = surroundings;
    pending = new PendingAnswers(config.pendingMax());
    metrics = new SearchMetrics(surroundings.registry(), surroundings.tracing());
    try {
      Admin admin = own(Admin.create(kafka));
      topics.createPermanent(admin);
      EventProducer producer = own(new EventProducer(clients, brokers, config.timeoutMax()));
      own(shards);
      Peers peers = own(new Peers(shards, config.scatter().requestsMax(), surroundings.access()));
      FanOut fanOut = fanOut(peers, EngineOptions.fanOut(config));
      standing =
          own(
              new StandingQueries(
                  clients,
                  producer,
                  new StandingQueries.Served(generations::active, generations::index),
                  fanOut,
                  EngineOptions.standing(config, surroundings.standingQueriesMax())));
      webhooks = own(webhooks(standing));
      own(
          ModelsFollower.start(
              clients, generations, indexes(admin, topics, instanceId), surroundings.workers()));
      own(StandbyProgress.start(admin, generations::indexes, surroundings.workers()));
      own(
          ShardCurrency.start(
              admin, generations::indexes, clock, CURRENCY_INTERVAL, surroundings.workers()));
      RecallMonitor recall = own(recall(peers));
      WrittenPositions written = new WrittenPositions(new ImagesEnds(admin)::read);
      GenerationSearcher searcher =
          new GenerationSearcher(generations::await, fanOut, written, recall, steady);
      SketchSearcher sketchSearcher =
          new SketchSearcher(searcher, metrics, steady, brokers, config.timeoutMax());
      status = own(sampler(admin));
      SearchLoop loop = own(searchLoop(producer, sketchSearcher));
      int any = ThreadLocalRandom.current().nextInt(producer.partitionCount(Topics.SEARCH_RESULTS));
      AnswerLoop answers =
          own(new AnswerLoop(clients, any, pending, surroundings.tracing(), brokers));
      SearchTakeover takeover = own(takeover(sketchSearcher));
      directSearches = new DirectSearches(searcher, metrics, config.inFlightMax());
      searches =
          new SketchSearches(producer, answers, pending, written, surroundings.tracing(), steady);
      loop.start(surroundings.workers());
      answers.start(surroundings.workers());
      takeover.start(surroundings.workers());
      status.start(surroundings.workers());
      standing.start(surroundings.workers());
      webhooks.start(surroundings.workers());
      EngineGauges.bind(surroundings.registry(), config.stateDir(), pending, loop, generations);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private IndexRunner indexes(Admin admin, TopicProvisioner topics, String instanceId) {
    return new IndexRunner(
        admin,
        topics,
        EngineOptions.application(config, kafka, instanceId, surroundings.ownAddress()),
        new ShardSettings(
            EngineOptions.index(config, topics.awayMax()),
            own(Refresher.start(surroundings.workers())),
            metrics,
            generations::isFilling,
            clock,
            standing.arrivals(),
            ShardFiles.ON_DISK),
        generations,
        surroundings.registry());
  }

  private Webhooks webhooks(StandingQueries queries) {
    return new Webhooks(
        clients,
        EngineOptions.webhooks(config, surroundings.standingQueriesMax()),
        queries.registry()::removeExpired,
        surroundings.registry(),
        brokers);
  }

  private RecallMonitor recall(Peers peers) {
    return new RecallMonitor(
        generations::index,
        fanOut(peers, EngineOptions.exactFanOut(config)),
        config.recall().sampleRate(),
        surroundings.registry());
  }

  private FanOut fanOut(Peers peers, FanOutOptions options) {
    return new FanOut(peers, options, surroundings.registry());
  }

  private StatusSampler sampler(Admin admin) {
    return new StatusSampler(
        admin,
        generations,
        surroundings.ingestAddress(),
        surroundings.access(),
        config.statusInterval(),
        surroundings.registry());
  }

  private SearchLoop searchLoop(EventProducer producer, SketchSearcher searcher) {
    return new SearchLoop(
        clients,
        producer,
        searcher,
        new SearchLoop.Options(
            config.inFlightMax(), pending::query, metrics, surroundings.tracing(), clock));
  }

  private SearchTakeover takeover(SketchSearcher searcher) {
    return new SearchTakeover(
        clients,
        pending,
        searcher,
        new SearchTakeover.Options(
            config.scatter().takeoverAfter(),
            Math.max(1, config.inFlightMax() / 4),
            metrics,
            surroundings.tracing()));
  }

  /// @param standingQueriesMax most standing queries
  /// @param registry where metrics are kept
  /// @param workers runs the loops
  /// @param tracing begins spans
  /// @param ownAddress where other query services reach this one, `host:port`
  /// @param ingestAddress base URL of the ingest service
  record Surroundings(
      int standingQueriesMax,
      MeterRegistry registry,
      Workers workers,
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

  /// Searches without a sketch.
  public DirectSearches directSearches() {
    return directSearches;
  }

  /// The standing queries.
  public StandingQueries standing() {
    return standing;
  }

  /// The HTTP callers that receive their matches.
  public Webhooks webhooks() {
    return webhooks;
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
    return surroundings.tracing();
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
}
