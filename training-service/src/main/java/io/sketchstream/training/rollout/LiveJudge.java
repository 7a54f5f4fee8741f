package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.Topics;
import io.sketchstream.training.rollout.HoldOut.Examples;
import io.sketchstream.training.rollout.HoldOut.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/// Asks as any Kafka client does, one sketch at a time, and names the generation it wants: so the
/// whole served path is judged, from the encoder as it runs to the index as it is. Follows all
/// answers besides, and counts those that are errors.
///
/// **Threads:** one of its own follows [search-results]; [#compare] blocks its caller. **Owns:**
/// that thread, a producer, a consumer.
final class LiveJudge implements Judge, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LiveJudge.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final int K = 1000;
  private static final int FAILURES_IN_A_ROW_MAX = 3;

  /// Errors that are ours; the others are the caller's.
  private static final Set<SearchErrorCode> OURS =
      EnumSet.of(
          SearchErrorCode.UNAVAILABLE,
          SearchErrorCode.DEADLINE_EXCEEDED,
          SearchErrorCode.NOT_YET_VISIBLE);

  private final Map<String, Object> kafka;
  private final HoldOut holdOut;
  private final InstantSource clock;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, CompletableFuture<SearchAnswered>> waiting = new ConcurrentHashMap<>();
  private final ErrorWindow errors = new ErrorWindow();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch following = new CountDownLatch(1);
  private final Thread thread;
  private volatile KafkaConsumer<byte[], byte[]> consumer;

  LiveJudge(Map<String, Object> kafka, HoldOut holdOut, InstantSource clock) {
    this.kafka = kafka;
    this.holdOut = holdOut;
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

  @Override
  public Comparison compare(Generation candidate, Generation reference)
      throws InterruptedException {
    Examples examples;
    try {
      examples = holdOut.examples();
    } catch (KafkaException e) {
      return Comparison.none("the labels can't be read: " + e.getMessage());
    }
    if (examples.queries().isEmpty()) {
      return Comparison.none("no labelled sketch has two labelled images of its class");
    }
    if (!following.await(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
      return Comparison.none("the answers can't be followed");
    }
    double candidateSum = 0;
    double referenceSum = 0;
    int both = 0;
    int failures = 0;
    for (Query query : examples.queries()) {
      double ofReference = averagePrecision(query, examples, reference);
      double ofCandidate = averagePrecision(query, examples, candidate);
      if (Double.isNaN(ofReference)) {
        if (++failures >= FAILURES_IN_A_ROW_MAX && both == 0) {
          return Comparison.none("generation " + reference + " does not answer");
        }
        continue; // Not the candidate's fault.
      }
      both++;
      referenceSum += ofReference;
      candidateSum += Double.isNaN(ofCandidate) ? 0 : ofCandidate;
    }
    return both == 0
        ? Comparison.none("generation " + reference + " does not answer")
        : new Comparison(
            both,
            candidateSum / both,
            referenceSum / both,
            failures == 0 ? "" : failures + " not answered");
  }

  @Override
  public OptionalDouble errorShare(long fromMillis, long toMillis) {
    return errors.share(fromMillis, toMillis);
  }

  @Override
  public void close() {
    stopping.countDown();
    KafkaConsumer<byte[], byte[]> open = consumer;
    if (open != null) {
      open.wakeup();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    waiting.values().forEach(answer -> answer.cancel(false));
    producer.close(CLOSE_MAX);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Average precision over the hits that are labelled; NaN when there is no answer.
  private double averagePrecision(Query query, Examples examples, Generation generation)
      throws InterruptedException {
    SearchAnswered answer = ask(query, generation);
    if (answer == null || answer.hasError()) {
      return Double.NaN;
    }
    int seen = 0;
    int right = 0;
    double sum = 0;
    for (Hit hit : answer.getHitsList()) {
      String className = examples.images().get(hit.getImageId());
      if (className != null) {
        seen++;
        if (className.equals(query.className())) {
          right++;
          sum += (double) right / seen;
        }
      }
    }
    return sum / examples.relevant(query);
  }

  /// @return null when no answer comes
  private SearchAnswered ask(Query query, Generation generation) throws InterruptedException {
    String queryId = "rollout-" + UUID.randomUUID();
    Instant now = clock.instant();
    SketchSubmitted event =
        SketchSubmitted.newBuilder()
            .setQueryId(queryId)
            .setSketch(query.sketch())
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
      return answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException | KafkaException e) {
      LOG.debugf("query %s of %s has no answer: %s", queryId, generation, e.getMessage());
      return null;
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
