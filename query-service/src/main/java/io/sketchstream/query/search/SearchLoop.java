package io.sketchstream.query.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.DeadLetters;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jboss.logging.Logger;

/// Answers the searches of `sketch-embeddings` that this process is assigned, each exactly once:
/// with hits or with an error.
///
/// Each search runs on a virtual thread of its own, at most `inFlightMax` at once; at that limit
/// the loop stops polling, and the rest waits in Kafka. Offsets are committed as records are
/// polled: after a crash an unanswered search times out at its caller and is asked again.
///
/// **Threads:** owns `query-search` and the virtual threads. **Owns:** its consumer.
public final class SearchLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SearchLoop.class);
  private static final String GROUP = "query-search";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /// Largest answer; the rest of the record size is for key and headers.
  private static final int ANSWER_SIZE_MAX = TopicProvisioner.RECORD_SIZE_MAX - (64 << 10);

  private final KafkaClients clients;
  private final EventProducer producer;
  private final SketchSearcher searcher;
  private final Options options;
  private final Semaphore inFlight;
  private final Waiters waiters;
  private final ExecutorService searches =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("query-search-", 0).factory());
  private Worker worker;
  private volatile KafkaConsumer<byte[], byte[]> polled;

  public SearchLoop(
      KafkaClients clients, EventProducer producer, SketchSearcher searcher, Options options) {
    this.clients = clients;
    this.producer = producer;
    this.searcher = searcher;
    this.options = options;
    this.inFlight = new Semaphore(options.inFlightMax());
    this.waiters = new Waiters(options.inFlightMax());
  }

  /// @param inFlightMax concurrent searches
  /// @param parsed the searches that were parsed in this process already, by query id
  public record Options(
      int inFlightMax,
      Function<String, Optional<SearchQuery>> parsed,
      SearchMetrics metrics,
      Tracing tracing,
      InstantSource clock) {}

  /// Starts to answer.
  public void start(Workers workers) {
    worker = workers.start(GROUP, this::run);
  }

  /// The client itself commits searches as they are polled.
  private KafkaConsumer<byte[], byte[]> open() {
    return clients.member(
        GROUP,
        GROUP,
        Map.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            true,
            ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG,
            1_000,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            64));
  }

  private void run(Worker running) throws InterruptedException {
    KafkaConsumer<byte[], byte[]> consumer = open();
    try {
      polled = consumer;
      consumer.subscribe(List.of(Topics.SKETCH_EMBEDDINGS.name()));
      while (!running.isStopping()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
        running.roundDone();
      }
    } catch (WakeupException e) {
      LOG.debug("asked to stop");
    } finally {
      polled = null;
      consumer.close(KafkaClients.leaving(CLOSE_MAX));
    }
  }

  /// The record is not parsed on this thread, so that no record can stop the loop.
  private void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    inFlight.acquire();
    searches.execute(() -> {
      try (Step step = options.tracing().process(record, GROUP);
          Scope _ = step.enter()) {
        answer(record, step);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (KafkaException e) {
        LOG.warnf("%s gets no answer: %s", EventProducer.text(record.key()), e.getMessage());
      } finally {
        inFlight.release();
      }
    });
  }

  private void answer(ConsumerRecord<byte[], byte[]> record, Step step)
      throws InterruptedException {
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
      refuse(record, "the search has no value");
      return;
    }
    int partition = sketch.getRequest().getReplyPartition();
    if (!producer.hasPartition(Topics.SEARCH_RESULTS, partition)) {
      refuse(record, Topics.SEARCH_RESULTS.name() + " has no partition " + partition);
      return;
    }
    send(record, partition, answerInTurn(record, sketch, step));
  }

  private SearchAnswered answerInTurn(
      ConsumerRecord<byte[], byte[]> record, SketchEmbedded sketch, Step step)
      throws InterruptedException {
    if (!waiters.tryEnter(sketch.getRequest())) {
      return searcher.failed(
          sketch,
          new SearchFailure(
              SearchErrorCode.OVERLOADED, "too many searches wait for a write; try again"),
          step);
    }
    try {
      return answer(record, sketch, step);
    } finally {
      waiters.leave(sketch.getRequest());
    }
  }

  private SearchAnswered answer(
      ConsumerRecord<byte[], byte[]> record, SketchEmbedded sketch, Step step)
      throws InterruptedException {
    SearchAnswered answer =
        searcher.answer(record, sketch, options.parsed().apply(sketch.getQueryId()));
    int size = answer.getSerializedSize();
    return size <= ANSWER_SIZE_MAX
        ? answer
        : searcher.failed(
            sketch,
            new SearchFailure(
                SearchErrorCode.BAD_REQUEST,
                "the answer has %d bytes, more than %d: ask for fewer hits with k"
                    .formatted(size, ANSWER_SIZE_MAX)),
            step);
  }

  private void send(ConsumerRecord<?, ?> record, int partition, SearchAnswered answer) {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.describe(
        headers,
        "query-service",
        SearchAnswered.class,
        answer.getQueryId(),
        options.clock().instant());
    EventHeaders.continueTrace(record.headers(), headers);
    ProducerRecord<byte[], byte[]> result =
        new ProducerRecord<>(
            Topics.SEARCH_RESULTS.name(),
            partition,
            answer.getQueryId().getBytes(UTF_8),
            answer.toByteArray(),
            headers);
    producer.send(result, Step.current().send(result));
  }

  private void refuse(ConsumerRecord<byte[], byte[]> record, String reason) {
    try (LogFields _ = LogFields.query(EventProducer.text(record.key()), record.headers())) {
      LOG.warnf(
          "%s-%d at offset %d: %s", record.topic(), record.partition(), record.offset(), reason);
    }
    options.metrics().refusedRecord();
    producer.send(DeadLetters.of(record, reason));
  }

  /// Stops polling and lets running searches end, within seconds.
  @Override
  public void close() {
    if (worker != null) {
      worker.stop();
      KafkaConsumer<byte[], byte[]> consumer = polled;
      if (consumer != null) {
        consumer.wakeup();
      }
      worker.close();
    }
    try {
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
    return options.inFlightMax() - inFlight.availablePermits();
  }
}
