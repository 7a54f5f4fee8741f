package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.training.labels.LabelledQueries.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
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
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Searches as any Kafka client does, one sketch at a time, in a given generation. It also follows
/// the answers to all other searches and counts the errors among them.
///
/// **Threads:** a worker follows [search-results]; [#search] blocks its caller. **Owns:** the
/// worker, a producer, a consumer.
final class LiveSearches implements LiveJudge.Searcher, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LiveSearches.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final int K = 1000;

  /// An answer that was already deleted is of no use.
  private static final Map<String, Object> LATEST =
      Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");

  /// Server errors; all others are the caller's.
  private static final Set<SearchErrorCode> SERVER_ERRORS =
      EnumSet.of(
          SearchErrorCode.UNAVAILABLE,
          SearchErrorCode.DEADLINE_EXCEEDED,
          SearchErrorCode.NOT_YET_VISIBLE);

  private final KafkaClients clients;
  private final InstantSource clock;
  private final BrokerClock brokers;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, CompletableFuture<SearchAnswered>> waiting = new ConcurrentHashMap<>();
  private final ErrorWindow errors = new ErrorWindow();
  private final CountDownLatch following = new CountDownLatch(1);
  private volatile Worker worker;

  /// @param clock that runs evenly; answers are counted by it
  LiveSearches(Map<String, Object> kafka, InstantSource clock) {
    this(kafka, clock, new BrokerClock(clock));
  }

  /// @param brokers time of deadlines
  LiveSearches(Map<String, Object> kafka, InstantSource clock, BrokerClock brokers) {
    this.clients = new KafkaClients(kafka);
    this.clock = clock;
    this.brokers = brokers;
    this.producer =
        clients.producer(
            "rollout-judge", Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MAX.toMillis()));
  }

  void start(Workers workers) {
    worker = workers.start("rollout-answers", this::follow);
  }

  @Override
  public boolean areFollowed() throws InterruptedException {
    return following.await(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public OptionalDouble errorShare(long fromMillis, long toMillis) {
    return errors.share(fromMillis, toMillis);
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
    waiting.values().forEach(answer -> answer.cancel(false));
    producer.close(CLOSE_MAX);
  }

  @Override
  public Optional<SearchAnswered> search(Query query, Generation generation)
      throws InterruptedException {
    String queryId = "rollout-" + UUID.randomUUID();
    SketchSubmitted event = event(queryId, query, generation);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(Topics.SKETCHES.name(), queryId.getBytes(UTF_8), event.toByteArray());
    EventHeaders.describe(
        record.headers(), "training-service", SketchSubmitted.class, queryId, brokers.instant());
    CompletableFuture<SearchAnswered> answer = new CompletableFuture<>();
    waiting.put(queryId, answer);
    try {
      Future<RecordMetadata> _ = producer.send(record, brokers.learning((_, _) -> {}));
      return Optional.of(answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException | KafkaException e) {
      LOG.debugf("query %s of %s has no answer: %s", queryId, generation, e.getMessage());
      return Optional.empty();
    } finally {
      waiting.remove(queryId);
    }
  }

  /// Without a deadline while the brokers' time is not known: it would be that of a clock that may
  /// be wrong.
  SketchSubmitted event(String queryId, Query query, Generation generation) {
    Instant now = brokers.instant();
    SearchRequest.Builder request =
        SearchRequest.newBuilder()
            .setK(K)
            .setGeneration(generation.id())
            .setSubmittedAt(Instants.timestamp(now));
    if (brokers.isKnown()) {
      request.setDeadline(Instants.timestamp(now.plus(ANSWER_MAX)));
    }
    return SketchSubmitted.newBuilder()
        .setQueryId(queryId)
        .setSketch(query.sketch())
        .setRequest(request)
        .build();
  }

  private void follow(Worker self) throws InterruptedException {
    try (KafkaConsumer<byte[], byte[]> open = clients.reader("rollout-answers", LATEST)) {
      List<TopicPartition> partitions = new ArrayList<>();
      while (partitions.isEmpty() && !self.isStopping()) {
        open.partitionsFor(Topics.SEARCH_RESULTS.name())
            .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        self.roundDone();
        self.pause(partitions.isEmpty() ? RETRY : Duration.ZERO); // The topic is made at the start.
      }
      open.assign(partitions);
      open.seekToEnd(partitions);
      partitions.forEach(open::position);
      following.countDown();
      while (!self.isStopping()) {
        open.poll(POLL).forEach(this::read);
        self.roundDone();
      }
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
            clock.millis(),
            answer.hasError() && SERVER_ERRORS.contains(answer.getError().getCode()));
      }
    } catch (InvalidProtocolBufferException e) {
      LOG.debugf("record %d of search-results is skipped: %s", record.offset(), e.getMessage());
    }
  }
}
