package io.sketchstream.query.search;

import io.sketchstream.events.Topics;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/// Reads the one partition of `search-results` where answers for this instance arrive, and wakes
/// the callers. Other instances may share the partition; their answers are passed over unread.
///
/// **Threads:** owns one, `query-answers`. **Owns:** its consumer.
public final class AnswerLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AnswerLoop.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<String, byte[]> consumer;
  private final TopicPartition partition;
  private final PendingAnswers pending;
  private final Tracing tracing;
  private final InstantSource clock;
  private final Thread thread;

  /// Stands at the end of its partition when this returns: no later answer is missed.
  public AnswerLoop(
      Map<String, Object> kafka,
      int partition,
      PendingAnswers pending,
      Tracing tracing,
      InstantSource clock) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "query-answers");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    this.partition = new TopicPartition(Topics.SEARCH_RESULTS.name(), partition);
    this.pending = pending;
    this.tracing = tracing;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("query-answers").unstarted(this::run);
    consumer.assign(List.of(this.partition));
    consumer.seek(this.partition, consumer.endOffsets(List.of(this.partition)).get(this.partition));
  }

  public void start() {
    thread.start();
  }

  /// Where callers of this instance are answered.
  int replyPartition() {
    return partition.partition();
  }

  private void run() {
    try (consumer) {
      while (true) {
        consumer.poll(POLL).forEach(this::deliver);
      }
    } catch (WakeupException e) {
      LOG.debug("asked to stop");
    }
  }

  private void deliver(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return;
    }
    pending
        .find(record.key())
        .ifPresent(caller -> {
          try (Step _ = tracing.process(record, "")) {
            caller.complete(
                new Reply(
                    Topics.SEARCH_RESULTS
                        .valueSerde()
                        .deserializer()
                        .deserialize(record.topic(), record.value()),
                    Instants.microsSince(record.timestamp(), clock.instant())));
          } catch (SerializationException e) {
            caller.completeExceptionally(e);
          }
        });
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
