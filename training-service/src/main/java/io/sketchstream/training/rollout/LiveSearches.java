package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.Topics;
import io.sketchstream.training.lead.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/// Searches as any Kafka client does, one sketch at a time, and names the generation it wants.
/// Follows all answers besides, and counts those that are errors.
///
/// **Threads:** one of its own follows [search-results]; [#search] blocks its caller. **Owns:**
/// that thread, a producer, a consumer.
final class LiveSearches implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LiveSearches.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final int K = 1000;

  /// Errors that are ours; the others are the caller's.
  private static final Set<SearchErrorCode> OURS =
      EnumSet.of(
          SearchErrorCode.UNAVAILABLE,
          SearchErrorCode.DEADLINE_EXCEEDED,
          SearchErrorCode.NOT_YET_VISIBLE);

  private final Map<String, Object> kafka;
  private final InstantSource clock;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, CompletableFuture<SearchAnswered>> waiting = new ConcurrentHashMap<>();
  private final ErrorWindow errors = new ErrorWindow();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch following = new CountDownLatch(1);
  private final Thread thread;
  private volatile KafkaConsumer<byte[], byte[]> consumer;

  LiveSearches(Map<String, Object> kafka, InstantSource clock) {
    this.kafka = kafka;
    this.clock = clock;
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "rollout-judge");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) ANSWER_MAX.toMillis());
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.thread = Thread.ofPlatform().name("rollout-answers").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Waits until answers are seen; false when that takes too long.
  boolean areFollowed() throws InterruptedException {
    return following.await(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// How many of the answers to others were errors of ours; empty when there were too few to say.
  OptionalDouble errorShare(long fromMillis, long toMillis) {
    return errors.share(fromMillis, toMillis);
  }

  @Override
  public void close() {
    stopping.countDown();
    KafkaConsumer<byte[], byte[]> open = consumer;
    if (open != null) {
      open.wakeup();
    }
    Threads.join(thread);
    waiting.values().forEach(answer -> answer.cancel(false));
    producer.close(CLOSE_MAX);
  }

  /// The answer of a generation, which may be an error; empty when none comes.
  Optional<SearchAnswered> search(Sketch sketch, Generation generation)
      throws InterruptedException {
    String queryId = "rollout-" + UUID.randomUUID();
    Instant now = clock.instant();
    SketchSubmitted event =
        SketchSubmitted.newBuilder()
            .setQueryId(queryId)
            .setSketch(sketch)
            .setRequest(
                SearchRequest.newBuilder()
                    .setK(K)
                    .setGeneration(generation.id())
                    .setSubmittedAt(timestamp(now))
                    .setDeadline(timestamp(now.plus(ANSWER_MAX))))
            .build();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(Topics.SKETCHES.name(), queryId.getBytes(UTF_8), event.toByteArray());
    EventHeaders.describe(
        record.headers(), "training-service", SketchSubmitted.class, queryId, now);
    CompletableFuture<SearchAnswered> answer = new CompletableFuture<>();
    waiting.put(queryId, answer);
    try {
      Future<RecordMetadata> _ = producer.send(record);
      return Optional.of(answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException | KafkaException e) {
      LOG.debugf("query %s of %s has no answer: %s", queryId, generation, e.getMessage());
      return Optional.empty();
    } finally {
      waiting.remove(queryId);
    }
  }

  private void run() {
    try {
      while (stopping.getCount() > 0) {
        try {
          follow();
        } catch (KafkaException e) {
          LOG.debugf("the answers can't be followed for the moment: %s", e.getMessage());
        }
        boolean _ = stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "rollout-answers");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    try (KafkaConsumer<byte[], byte[]> open =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer = open;
      List<TopicPartition> partitions = new ArrayList<>();
      open.partitionsFor(Topics.SEARCH_RESULTS.name())
          .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
      if (partitions.isEmpty()) {
        return; // The topic is about to be made.
      }
      open.assign(partitions);
      open.seekToEnd(partitions);
      partitions.forEach(open::position);
      following.countDown();
      while (stopping.getCount() > 0) {
        open.poll(POLL).forEach(this::read);
      }
    } catch (WakeupException e) {
      LOG.debug("asked to stop");
    } finally {
      consumer = null;
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return;
    }
    try {
      SearchAnswered answer = SearchAnswered.parseFrom(record.value());
      CompletableFuture<SearchAnswered> ours = waiting.get(new String(record.key(), UTF_8));
      if (ours != null) {
        ours.complete(answer);
      } else {
        errors.add(
            record.timestamp(), answer.hasError() && OURS.contains(answer.getError().getCode()));
      }
    } catch (InvalidProtocolBufferException e) {
      LOG.debugf("record %d of search-results is skipped: %s", record.offset(), e.getMessage());
    }
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
