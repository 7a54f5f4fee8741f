package io.sketchstream.query.search;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.query.recall.RecallMonitor;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/// Answers the searches of `sketch-embeddings` that this process is assigned.
///
/// Each search runs on a virtual thread of its own, at most `inFlightMax` at once: when there are
/// as many, the loop stops polling, and Kafka holds the rest. A search whose deadline has passed is
/// skipped, nobody waits for it. Offsets are committed as records are polled: after a crash an
/// unanswered search times out at its caller and is asked again.
///
/// **Threads:** owns `query-search` and the virtual threads. **Owns:** its consumer.
public final class SearchLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SearchLoop.class);
  private static final String GROUP = "query-search";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  private final KafkaConsumer<String, byte[]> consumer;
  private final EventProducer producer;
  private final SearchAnswers answers;
  private final SearchMetrics metrics;
  private final Tracing tracing;
  private final InstantSource clock;
  private final int inFlightMax;
  private final Semaphore inFlight;
  private final ExecutorService searches =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("query-search-", 0).factory());
  private final Thread thread;
  private volatile boolean closing;

  /// @param instanceId names this process to Kafka, the same after a restart
  public SearchLoop(
      Map<String, Object> kafka,
      String instanceId,
      EventProducer producer,
      GenerationSearcher searcher,
      Options options) {
    this.consumer =
        new KafkaConsumer<>(
            settings(kafka, instanceId, options.sessionTimeout()),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    this.producer = producer;
    this.metrics = options.metrics();
    this.answers = new SearchAnswers(searcher, options.recall(), metrics);
    this.tracing = options.tracing();
    this.clock = options.clock();
    this.inFlightMax = options.inFlightMax();
    this.inFlight = new Semaphore(inFlightMax);
    this.thread = Thread.ofPlatform().name("query-search").unstarted(this::run);
  }

  /// @param inFlightMax searches at once
  /// @param sessionTimeout silence after which Kafka gives this process's searches to others
  public record Options(
      int inFlightMax,
      Duration sessionTimeout,
      RecallMonitor recall,
      SearchMetrics metrics,
      Tracing tracing,
      InstantSource clock) {}

  public void start() {
    thread.start();
  }

  private static Map<String, Object> settings(
      Map<String, Object> kafka, String instanceId, Duration sessionTimeout) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, GROUP);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
    settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, GROUP + "-" + instanceId);
    int session = Math.toIntExact(sessionTimeout.toMillis());
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, session);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, session / 3);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, true);
    settings.put(ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, 1_000);
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 64);
    return settings;
  }

  private void run() {
    try {
      consumer.subscribe(List.of(Topics.SKETCH_EMBEDDINGS.name()));
      while (!closing) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
      }
    } catch (WakeupException | InterruptedException e) {
      LOG.debug("asked to stop");
    } finally {
      consumer.close(
          CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
              .withTimeout(CLOSE_MAX));
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) throws InterruptedException {
    SketchEmbedded sketch;
    try {
      sketch =
          Topics.SKETCH_EMBEDDINGS
              .valueSerde()
              .deserializer()
              .deserialize(record.topic(), record.value());
    } catch (SerializationException e) {
      refuse(record, e.getMessage());
      return;
    }
    if (sketch == null) {
      refuse(record, "a search has no null value");
    } else if (!producer.hasPartition(
        Topics.SEARCH_RESULTS, sketch.getRequest().getReplyPartition())) {
      refuse(
          record,
          Topics.SEARCH_RESULTS.name()
              + " has no partition "
              + sketch.getRequest().getReplyPartition()
              + " to reply on");
    } else {
      takeInTime(record, sketch);
    }
  }

  private void takeInTime(ConsumerRecord<String, byte[]> record, SketchEmbedded sketch)
      throws InterruptedException {
    inFlight.acquire();
    Instant deadline = deadline(record, sketch);
    if (clock.instant().isAfter(deadline)) {
      inFlight.release();
      metrics.expired();
      return;
    }
    searches.execute(() -> {
      try (Step step = tracing.process(record, GROUP);
          Scope _ = step.enter()) {
        reply(record, sketch, deadline);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        inFlight.release();
      }
    });
  }

  /// A caller that names no deadline waits as long as the topic keeps its search, so to say; a
  /// minute is plenty.
  private static Instant deadline(ConsumerRecord<String, byte[]> record, SketchEmbedded sketch) {
    return sketch.getRequest().hasDeadline()
        ? Instants.of(sketch.getRequest().getDeadline())
        : Instant.ofEpochMilli(record.timestamp()).plusSeconds(60);
  }

  private void reply(ConsumerRecord<String, byte[]> record, SketchEmbedded sketch, Instant deadline)
      throws InterruptedException {
    long hopMicros = Instants.microsSince(record.timestamp(), clock.instant());
    SearchAnswered answer = answers.answer(sketch, deadline, hopMicros);
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.describe(
        headers, "query-service", SearchAnswered.class, answer.getQueryId(), clock.instant());
    EventHeaders.continueTrace(record.headers(), headers);
    ProducerRecord<String, byte[]> result =
        new ProducerRecord<>(
            Topics.SEARCH_RESULTS.name(),
            sketch.getRequest().getReplyPartition(),
            answer.getQueryId(),
            answer.toByteArray(),
            headers);
    producer.send(result, Step.current().send(result));
  }

  private void refuse(ConsumerRecord<String, byte[]> record, String reason) {
    try (LogFields _ = LogFields.query(String.valueOf(record.key()), record.headers())) {
      LOG.warnf(
          "%s-%d at offset %d: %s", record.topic(), record.partition(), record.offset(), reason);
    }
    metrics.refusedRecord();
    RecordHeaders headers = new RecordHeaders(record.headers());
    EventHeaders.refuse(headers, record.topic(), record.partition(), record.offset(), reason);
    producer.send(
        new ProducerRecord<>(
            Topics.SKETCH_EMBEDDINGS.deadLetters().name(),
            null,
            record.key(),
            record.value(),
            headers));
  }

  /// Stops polling and lets running searches end, within seconds.
  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join();
      searches.shutdown();
      if (!searches.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        searches.shutdownNow();
      }
    } catch (InterruptedException e) {
      searches.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /// Searches that run now.
  public int inFlight() {
    return inFlightMax - inFlight.availablePermits();
  }
}
