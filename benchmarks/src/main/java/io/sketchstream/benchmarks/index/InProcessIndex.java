package io.sketchstream.benchmarks.index;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Expand;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.FanOutOptions;
import io.sketchstream.query.fanout.LocalShards;
import io.sketchstream.query.fanout.Peers;
import io.sketchstream.query.index.EmbeddingsTopic;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.IndexApplication;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.Refresher;
import io.sketchstream.query.index.ShardSettings;
import io.sketchstream.query.index.ShardStatus;
import io.sketchstream.query.index.ShardStore;
import io.sketchstream.query.search.GenerationSearcher;
import io.sketchstream.query.search.RecallMonitor;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.query.search.WrittenPositions;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.worker.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Our index in this JVM, from its Kafka topic to merged hits, without HTTP and without an encoder.
///
/// **Owns:** a broker and the index, until [#close]; the directory stays.
final class InProcessIndex implements AutoCloseable {
  static final Generation GENERATION = new Generation("gbench");
  private static final Duration REST = Duration.ofSeconds(6);
  private static final Duration GIVE_UP = Duration.ofHours(2);

  private final Path home;
  private final int shards;
  private final Duration commitInterval;
  private final EmbeddedBroker broker;
  private final EmbeddingsTopic topic;
  private final KafkaProducer<String, byte[]> producer;
  private final AtomicIntegerArray sent;
  private final MergeCount merges = new MergeCount();
  private Path files;
  private Running running;

  /// @param home holds broker and index
  InProcessIndex(Path home, int shards, IndexOptions options, Duration commitInterval) {
    this.home = home;
    this.shards = shards;
    this.commitInterval = commitInterval;
    this.sent = new AtomicIntegerArray(shards);
    broker = EmbeddedBroker.start(home.resolve("kafka"));
    Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(kafka)) {
      TopicProvisioner topics = new TopicProvisioner(shards, (short) 1);
      topics.createPermanent(admin);
      topics.createEmbeddings(admin, GENERATION);
      topic = EmbeddingsTopic.of(GENERATION, admin);
    }
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "linger.ms",
                5,
                "batch.size",
                1 << 18),
            new StringSerializer(),
            new ByteArraySerializer());
    files = home.resolve("index");
    running = new Running(options);
  }

  /// One start of the index.
  private final class Running {
    private final Refresher refresher = Refresher.start(new Workers(new SimpleMeterRegistry()));
    private final GenerationIndex index;
    private final Peers peers;
    private final GenerationSearcher searcher;

    Running(IndexOptions options) {
      index =
          new GenerationIndex(
              topic,
              new IndexApplication(
                  Map.of("bootstrap.servers", broker.bootstrapServers()),
                  files,
                  "bench",
                  "127.0.0.1:1",
                  0,
                  1,
                  Duration.ofSeconds(10),
                  commitInterval,
                  Duration.ofMinutes(2)),
              new ShardSettings(options, refresher, merges, _ -> false, InstantSource.system()));
      peers = new Peers(new LocalShards(_ -> Optional.of(index)), 1, Access.OPEN);
      FanOut fanOut = new FanOut(peers, FanOutOptions.defaults(), new SimpleMeterRegistry());
      searcher =
          new GenerationSearcher(
              (_, _) -> Optional.of(index),
              fanOut,
              new WrittenPositions(Map::of),
              new RecallMonitor(_ -> Optional.empty(), fanOut, 0, new SimpleMeterRegistry()),
              InstantSource.system());
    }

    void close() {
      peers.close();
      index.close();
      refresher.close();
    }
  }

  /// The merges since it was made.
  MergeCount merges() {
    return merges;
  }

  /// Removes an image from its shard.
  void remove(int number) {
    var _ = send(number, null);
  }

  /// Sends an image with its hubness to its shard.
  ///
  /// @return the position to wait for
  ImagePosition send(int number, float[] vector, float hubness, List<String> tags) {
    ImageEmbedded.Builder event =
        ImageEmbedded.newBuilder()
            .setImageId(Integer.toString(number))
            .setHubness(hubness)
            .setAttributes(ImageAttributes.newBuilder().addAllTags(tags));
    for (float x : vector) {
      event.addVector(x);
    }
    return send(number, event.build().toByteArray());
  }

  private ImagePosition send(int number, byte[] value) {
    int shard = shardOf(number);
    int offset = sent.getAndIncrement(shard);
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, offset);
    producer.send(
        new ProducerRecord<>(
            Topics.imageEmbeddings(GENERATION).name(),
            shard,
            Integer.toString(number),
            value,
            headers));
    return ImagePosition.newBuilder().setPartition(shard).setOffset(offset).build();
  }

  /// Spread like a hash of the image id: the images of a cluster over all shards.
  private int shardOf(int number) {
    return Math.floorMod((int) (number * 0x9E3779B97F4A7C15L >>> 32), shards);
  }

  /// Waits until searches see everything that was sent.
  void awaitAll() throws InterruptedException {
    producer.flush();
    long end = System.nanoTime() + GIVE_UP.toNanos();
    for (int shard = 0; shard < shards; shard++) {
      while (!seen(shard)) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("not indexed after " + GIVE_UP);
        }
      }
    }
  }

  private boolean seen(int shard) throws InterruptedException {
    Optional<ShardStore> store = running.index.shard(shard).filter(ShardStore::answering);
    if (store.isEmpty()) {
      Thread.sleep(5);
      return false;
    }
    return store.get().awaitVisible(sent.get(shard) - 1, Duration.ofSeconds(1).toNanos());
  }

  /// Searches as the service does: all shards, IQv2, merge.
  int[] search(float[] query, int k, String filter, List<ImagePosition> after)
      throws InterruptedException {
    try {
      return running
          .searcher
          .search(
              GENERATION,
              query,
              SearchQuery.parse(
                  SearchRequest.newBuilder()
                      .setK(k)
                      .setFilter(filter)
                      .addAllAfter(after)
                      .setComplete(true)
                      .setExpand(Expand.EXPAND_OFF)
                      .build(),
                  Instant.now().plus(Duration.ofMinutes(1))))
          .getHitsList()
          .stream()
          .map(Hit::getImageId)
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (SearchFailure e) {
      throw new IllegalStateException(e);
    }
  }

  List<ShardStatus> status() {
    return running.index.shards().stream().flatMap(shard -> shard.status().stream()).toList();
  }

  Path files(int shard) {
    return files.resolve(GENERATION.queryApplication()).resolve("0_" + shard).resolve("shard");
  }

  int segments() {
    return status().stream().mapToInt(ShardStatus::segments).sum();
  }

  /// Waits until merges are done: the number of segments is stable and no merge thread is left.
  void awaitRest() throws InterruptedException {
    int before;
    do {
      before = segments();
      Thread.sleep(REST.toMillis());
    } while (segments() != before || isMerging());
  }

  private static boolean isMerging() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().contains("Lucene Merge"));
  }

  /// Stops in order and starts again on the same files.
  void reopen(IndexOptions options) throws InterruptedException {
    running.close();
    running = new Running(options);
    awaitAll();
  }

  /// Simulates a crash: restarts on the files as they are; what was not committed is lost.
  ///
  /// @return seconds until all shards answer, and until they have replayed all
  double[] crash(IndexOptions options) throws IOException, InterruptedException {
    Path crashed = home.resolve("crashed-" + System.nanoTime());
    Workplace.link(files, crashed);
    running.close();
    files = crashed;
    long start = System.nanoTime();
    running = new Running(options);
    while (running.index.shards().stream().filter(ShardStore::answering).count() < shards) {
      Thread.sleep(1);
    }
    double serving = (System.nanoTime() - start) / 1e9;
    awaitAll();
    return new double[] {serving, (System.nanoTime() - start) / 1e9};
  }

  @Override
  public void close() {
    running.close();
    producer.close();
    broker.close();
  }
}
