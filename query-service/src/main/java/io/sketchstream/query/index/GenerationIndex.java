package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ShardReply;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.query.StateQueryResult;
import org.jboss.logging.Logger;

/// The index of one generation: a Kafka Streams application of its own, independent of all others.
/// It shards, restores and rebalances; this process holds the shards that it was assigned.
///
/// **Threads:** owns Kafka Streams' threads; any may ask. **Owns:** the application and its files,
/// until [#close].
public final class GenerationIndex implements GenerationShards, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(GenerationIndex.class);

  private final EmbeddingsTopic topic;
  private final Set<ShardStore> openShards = ConcurrentHashMap.newKeySet();
  private final IndexApplication application;
  private final KafkaStreams streams;
  private final Set<Integer> restoring = ConcurrentHashMap.newKeySet();
  private final FaultBudget faults = new FaultBudget();
  private volatile boolean wasReady;
  private volatile boolean outdated;
  private volatile Assigned assigned;

  /// Starts to index.
  public GenerationIndex(
      EmbeddingsTopic topic, IndexApplication application, ShardSettings settings) {
    this.topic = topic;
    this.application = application;
    this.assigned = new Assigned(List.of(), Placement.unknown(topic.partitions()));
    Properties properties = new Properties();
    properties.putAll(application.settings(generation()));
    this.streams = new KafkaStreams(IndexTopology.build(topic, settings, openShards), properties);
    streams.setGlobalStateRestoreListener(new Restoration());
    streams.setUncaughtExceptionHandler(this::decide);
    streams.start();
  }

  @Override
  public Generation generation() {
    return topic.generation();
  }

  /// The topic that it is built from.
  EmbeddingsTopic topic() {
    return topic;
  }

  /// Dimension of the embeddings in the shards of this process; 0 while unknown.
  public int dimension() {
    return shards().stream().mapToInt(ShardStore::dimension).max().orElse(0);
  }

  @Override
  public int shardCount() {
    return topic.partitions();
  }

  /// The application, for metrics.
  public KafkaStreams streams() {
    return streams;
  }

  /// Whether all shards of this process have been restored once. Stays true while shards move:
  /// every process takes part in that, and all can answer meanwhile.
  public boolean ready() {
    if (streams.state() == KafkaStreams.State.RUNNING && restoring.isEmpty()) {
      wasReady = true;
    }
    return wasReady && streams.state().isRunningOrRebalancing();
  }

  /// Whether it must be restarted: the application has stopped by itself, which happens only after
  /// repeated faults, or its topic is no longer the one that it was started with.
  public boolean failed() {
    return outdated
        || streams.state() == KafkaStreams.State.ERROR
        || streams.state() == KafkaStreams.State.PENDING_ERROR;
  }

  /// Reports the current id of its topic. A consumer continues at its position in a topic that was
  /// deleted and recreated: what was before is skipped, and images of the former topic stay.
  void topicIs(String id) {
    if (!outdated && !id.equals(topic.id())) {
      LOG.warnf("%s was recreated: its index is rebuilt", topic.name());
      outdated = true;
    }
  }

  /// The open shards of this process.
  public List<ShardStore> shards() {
    return List.copyOf(openShards);
  }

  /// The shard of one partition of `images`, if it is in this process.
  public Optional<ShardStore> shard(int partition) {
    return shards().stream().filter(shard -> shard.partition() == partition).findFirst();
  }

  @Override
  public Placement placement() {
    if (!streams.state().isRunningOrRebalancing()) {
      return Placement.unknown(topic.partitions());
    }
    // Kafka Streams makes new metadata at each assignment, and every search asks.
    Collection<StreamsMetadata> metadata = streams.metadataForAllStreamsClients();
    Assigned last = assigned;
    if (!last.isOf(metadata)) {
      last = new Assigned(List.copyOf(metadata), Placement.of(topic.partitions(), metadata));
      assigned = last;
    }
    return last.placement();
  }

  private record Assigned(List<StreamsMetadata> metadata, Placement placement) {
    boolean isOf(Collection<StreamsMetadata> others) {
      return metadata.equals(List.copyOf(others));
    }
  }

  @Override
  public String address() {
    return application.address();
  }

  @Override
  public boolean answering(int shard) {
    return shard(shard).filter(ShardStore::answering).isPresent();
  }

  @Override
  public boolean awaitVisible(int shard, long imagesOffset, long timeoutNanos)
      throws InterruptedException {
    Optional<ShardStore> store = shard(shard);
    return store.isPresent() && store.get().awaitVisible(imagesOffset, timeoutNanos);
  }

  @Override
  public Optional<Long> lastRetreat(int shard) {
    return shard(shard).map(ShardStore::lastRetreat);
  }

  @Override
  public Map<Integer, ShardReply> ask(ShardQuery query, Set<Integer> wanted) {
    Set<Integer> here = new HashSet<>();
    for (ShardStore shard : shards()) {
      if (shard.answering() && wanted.contains(shard.partition())) {
        here.add(shard.partition());
      }
    }
    if (here.isEmpty() || !streams.state().isRunningOrRebalancing()) {
      return Map.of();
    }
    Map<Integer, ShardReply> answers = new HashMap<>();
    try {
      StateQueryResult<ShardReply> result =
          streams.query(
              StateQueryRequest.inStore(IndexTopology.SHARD).withQuery(query).withPartitions(here));
      result.getPartitionResults().forEach((partition, answer) -> add(answers, partition, answer));
    } catch (InvalidStateStoreException e) {
      LOG.debugf(e, "generation %s has no shard that can be queried now", generation());
    }
    return answers;
  }

  private void add(
      Map<Integer, ShardReply> answers, int partition, QueryResult<ShardReply> answer) {
    if (answer.isSuccess()) {
      answers.put(partition, answer.getResult());
    } else {
      LOG.debugf("shard %s-%d: %s", generation(), partition, answer.getFailureMessage());
    }
  }

  /// Stops, commits what was applied, and leaves the group so that others take over at once.
  @Override
  public void close() {
    streams.close(
        CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(application.closeTimeout()));
  }

  private StreamThreadExceptionResponse decide(Throwable fault) {
    boolean again = faults.allow(System.nanoTime());
    LOG.errorf(
        fault,
        "indexing generation %s failed; %s",
        generation(),
        again ? "it continues from its last commit" : "too many failures, it stops");
    return again
        ? StreamThreadExceptionResponse.REPLACE_THREAD
        : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  @Override
  public String toString() {
    return generation()
        + " "
        + streams.state()
        + shards().stream()
            .map(shard -> Integer.toString(shard.partition()))
            .collect(Collectors.joining(",", " shards ", ""));
  }

  /// Tracks which shards owned by this process are still being restored.
  private final class Restoration implements StateRestoreListener {
    @Override
    public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
      if (end > start) {
        restoring.add(partition.partition());
      }
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long end, long restored) {}

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long restored) {
      if (restored > 0) {
        LOG.infof("%s: %d records restored", partition, restored);
      }
      restoring.remove(partition.partition());
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long restored) {
      restoring.remove(partition.partition());
    }
  }

  /// Allows a few faults in a row, not a loop of them.
  private static final class FaultBudget {
    private static final int FAULTS_MAX = 5;
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private long windowStart;
    private int count;

    synchronized boolean allow(long nowNanos) {
      if (count == 0 || nowNanos - windowStart > WINDOW_NANOS) {
        windowStart = nowNanos;
        count = 0;
      }
      return ++count <= FAULTS_MAX;
    }
  }
}
