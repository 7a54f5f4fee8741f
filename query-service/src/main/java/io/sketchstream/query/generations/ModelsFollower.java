package io.sketchstream.query.generations;

import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/// Reads `models` from its beginning and keeps the running indexes in step with it.
///
/// **Threads:** owns one, `query-models`, the only one that starts and stops generations.
public final class ModelsFollower implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ModelsFollower.class);
  private static final TopicPartition MODELS = new TopicPartition(Topics.MODELS.name(), 0);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<String, byte[]> consumer;
  private final LiveGenerations generations;
  private final IndexRunner runner;
  private final Map<Generation, ModelChanged> models = new HashMap<>();
  private final Set<Generation> wiped = new HashSet<>();
  private final Thread thread;

  private ModelsFollower(
      KafkaConsumer<String, byte[]> consumer, LiveGenerations generations, IndexRunner runner) {
    this.consumer = consumer;
    this.generations = generations;
    this.runner = runner;
    this.thread = Thread.ofPlatform().name("query-models").unstarted(this::run);
  }

  /// Starts to follow. The topic must exist.
  public static ModelsFollower start(
      Map<String, Object> kafka, LiveGenerations generations, IndexRunner runner) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "query-models");
    // A controller that lost its lead may have written; the broker aborted that.
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    ModelsFollower follower =
        new ModelsFollower(
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
            generations,
            runner);
    follower.thread.start();
    return follower;
  }

  /// Stops following, then every index.
  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    runner.closeAll();
  }

  private void run() {
    try (consumer) {
      consumer.assign(List.of(MODELS));
      consumer.seekToBeginning(List.of(MODELS));
      readToEnd();
      while (true) {
        keepInStep();
        consumer.poll(POLL).forEach(this::read);
      }
    } catch (WakeupException e) {
      LOG.debug("asked to stop");
    }
  }

  private void readToEnd() {
    while (true) {
      try {
        long end = consumer.endOffsets(List.of(MODELS)).get(MODELS);
        while (consumer.position(MODELS) < end) {
          consumer.poll(POLL).forEach(this::read);
        }
        return;
      } catch (TimeoutException e) {
        LOG.warn("Kafka does not answer; still trying to read " + MODELS.topic());
      }
    }
  }

  private void read(ConsumerRecord<String, byte[]> record) {
    try {
      Generation generation = new Generation(record.key() == null ? "" : record.key());
      ModelChanged model =
          Topics.MODELS.valueSerde().deserializer().deserialize(record.topic(), record.value());
      if (model == null) {
        models.remove(generation);
      } else {
        models.put(generation, model);
        wiped.remove(generation);
      }
    } catch (SerializationException | IllegalArgumentException e) {
      LOG.warnf("models at offset %d is passed over: %s", record.offset(), e.getMessage());
    }
  }

  /// Starts what lives and does not run; stops what runs and does not live; deletes what a retired
  /// generation left. What fails is tried again at the next look.
  private void keepInStep() {
    generations.follow(models);
    models.forEach((generation, model) -> {
      boolean lives = LiveGenerations.lives(model);
      if (lives && generations.index(generation).isEmpty()) {
        attempt("start", generation, () -> runner.start(generation));
      } else if (LiveGenerations.ended(model) && wiped.add(generation)) {
        attempt("retire", generation, () -> runner.retire(generation));
      }
    });
    generations.indexes().stream()
        .filter(index -> !models.containsKey(index.generation()))
        .forEach(index ->
            attempt("retire", index.generation(), () -> runner.retire(index.generation())));
    generations.indexes().stream()
        .filter(index -> index.failed())
        .forEach(
            index -> attempt("restart", index.generation(), () -> runner.stop(index.generation())));
  }

  private void attempt(String what, Generation generation, Runnable action) {
    try {
      action.run();
    } catch (KafkaException | IllegalStateException | UncheckedIOException e) {
      wiped.remove(generation);
      LOG.warnf("can't %s generation %s yet: %s", what, generation, e.getMessage());
    }
  }
}
