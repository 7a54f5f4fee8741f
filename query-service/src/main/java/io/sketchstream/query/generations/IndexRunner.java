package io.sketchstream.query.generations;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.sketchstream.events.Generation;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.query.index.EmbeddingsTopic;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.IndexApplication;
import io.sketchstream.query.index.ShardSettings;
import io.sketchstream.shell.threads.Niceness;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/// Starts and stops the index applications of this process.
///
/// **Threads:** the models follower's alone. **Owns:** every index it started.
public final class IndexRunner {
  private static final Logger LOG = Logger.getLogger(IndexRunner.class);

  private final Admin admin;
  private final TopicProvisioner topics;
  private final IndexApplication application;
  private final ShardSettings shards;
  private final LiveGenerations generations;
  private final MeterRegistry registry;
  private final Map<Generation, KafkaStreamsMetrics> metrics = new HashMap<>();

  public IndexRunner(
      Admin admin,
      TopicProvisioner topics,
      IndexApplication application,
      ShardSettings shards,
      LiveGenerations generations,
      MeterRegistry registry) {
    this.admin = admin;
    this.topics = topics;
    this.application = application;
    this.shards = shards;
    this.generations = generations;
    this.registry = registry;
  }

  void start(Generation generation) {
    if (generations.active().isPresent() && generations.isFilling(generation)) {
      Niceness.ofOptimisers();
    }
    topics.createEmbeddings(admin, generation);
    EmbeddingsTopic topic = EmbeddingsTopic.of(generation, admin);
    GenerationIndex index = new GenerationIndex(topic, application, shards);
    generations.add(index);
    KafkaStreamsMetrics binder = new KafkaStreamsMetrics(index.streams());
    binder.bindTo(registry);
    metrics.put(generation, binder);
    LOG.infof("indexing generation %s in %d shards", generation, topic.partitions());
  }

  /// Stops an index that failed; the next look at `models` starts it again.
  void stop(Generation generation) {
    generations.index(generation).ifPresent(this::close);
  }

  /// Stops an index for good and deletes its files. What Kafka holds of it is deleted by
  /// training-service, once the group is empty.
  void retire(Generation generation) {
    stop(generation);
    application.deleteState(generation);
    LOG.infof("generation %s is retired", generation);
  }

  void closeAll() {
    generations.indexes().parallelStream().forEach(GenerationIndex::close);
    generations.indexes().forEach(this::close);
  }

  private void close(GenerationIndex index) {
    generations.remove(index);
    index.close();
    KafkaStreamsMetrics binder = metrics.remove(index.generation());
    if (binder != null) {
      binder.close();
    }
  }
}
