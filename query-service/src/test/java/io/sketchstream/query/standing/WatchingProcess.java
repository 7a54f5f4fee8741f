package io.sketchstream.query.standing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.FanOutOptions;
import io.sketchstream.query.fanout.LocalShards;
import io.sketchstream.query.fanout.Peers;
import io.sketchstream.query.index.EmbeddingsTopic;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.IndexApplication;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.Refresher;
import io.sketchstream.query.index.ShardFiles;
import io.sketchstream.query.index.ShardObserver;
import io.sketchstream.query.index.ShardSettings;
import io.sketchstream.query.search.EventProducer;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Workers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;

/// What a query service has of standing queries, with the indexes of some generations.
final class WatchingProcess implements AutoCloseable {
  private final Workers workers = new Workers(new SimpleMeterRegistry());
  private final Refresher refresher = Refresher.start(workers);
  private final Map<Generation, GenerationIndex> indexes = new ConcurrentHashMap<>();
  private final Map<String, Object> kafka;
  private final Path directory;
  private final Admin admin;
  private final EventProducer producer;
  private final LocalShards shards = new LocalShards(this::index);
  private final Peers peers = new Peers(shards, 16, Access.OPEN);
  private final StandingQueries standing;
  private volatile Optional<ModelChanged> active = Optional.empty();

  WatchingProcess(Map<String, Object> kafka, Path directory) {
    this.kafka = kafka;
    this.directory = directory;
    KafkaClients clients = new KafkaClients(kafka);
    admin = Admin.create(kafka);
    producer =
        new EventProducer(clients, new BrokerClock(InstantSource.system()), Duration.ofSeconds(30));
    standing =
        new StandingQueries(
            clients,
            producer,
            new StandingQueries.Served(() -> active, this::index),
            new FanOut(peers, FanOutOptions.defaults(), new SimpleMeterRegistry()),
            new StandingOptions(100, 10_000, 10_000, Duration.ofHours(1), Duration.ofMinutes(10)));
    standing.start(workers);
  }

  /// Indexes a generation.
  void index(Generation generation, IndexOptions options) {
    indexes.put(
        generation,
        new GenerationIndex(
            EmbeddingsTopic.of(generation, admin),
            new IndexApplication(
                kafka,
                directory,
                directory.getFileName().toString(),
                "127.0.0.1:1",
                0,
                1,
                Duration.ofSeconds(6),
                Duration.ofMillis(200),
                Duration.ofSeconds(20)),
            new ShardSettings(
                options,
                refresher,
                ShardObserver.NONE,
                _ -> false,
                InstantSource.system(),
                standing.arrivals(),
                ShardFiles.ON_DISK)));
  }

  /// Says which generation is searched, from now on.
  void activate(Generation generation, Instant since) {
    active =
        Optional.of(
            ModelChanged.newBuilder()
                .setGeneration(generation.id())
                .setChangedAt(Instants.timestamp(since))
                .build());
  }

  Optional<GenerationIndex> index(Generation generation) {
    return Optional.ofNullable(indexes.get(generation));
  }

  StandingQueries standing() {
    return standing;
  }

  int documents(Generation generation) {
    return indexes.get(generation).shards().stream()
        .flatMap(shard -> shard.status().stream())
        .mapToInt(status -> status.documents())
        .sum();
  }

  @Override
  public void close() {
    indexes.values().forEach(GenerationIndex::close);
    standing.close();
    peers.close();
    shards.close();
    producer.close();
    refresher.close();
    admin.close();
  }
}
