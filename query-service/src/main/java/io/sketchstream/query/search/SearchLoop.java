package io.sketchstream.query.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.search.OpenSearches.Search;
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
import java.util.concurrent.CompletableFuture;
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
/// the loop stops polling, and the rest waits in Kafka. An offset is committed once its search and
/// all before it are answered: after a crash another process answers the rest. Only a search that
/// was answered in the last moments before a crash may be answered twice.
///
/// **Threads:** owns `query-search` and the virtual threads. **Owns:** its consumer.
public final class SearchLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SearchLoop.class);
  private static final String GROUP = "query-search";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);
  private static final CompletableFuture<Void> NOTHING_SENT =
      CompletableFuture.completedFuture(null);

  /// Largest answer; the rest of the record size is for key and headers.
  private static final int ANSWER_SIZE_MAX = TopicProvisioner.RECORD_SIZE_MAX - (64 << 10);

  private final KafkaClients clients;
  private final EventProducer producer;
  private final SketchSearcher searcher;
  private final Options options;
  private final Semaphore inFlight;
  private final Waiters waiters;
  private final OpenSearches open = new OpenSearches();
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

  private void run(Worker running) throws InterruptedException {
    KafkaConsumer<byte[], byte[]> consumer =
        clients.member(GROUP, GROUP, Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 64));
    SearchOffsets offsets = new SearchOffsets(consumer, open);
    try {
      polled = consumer;
      consumer.subscribe(List.of(Topics.SKETCH_EMBEDDINGS.name()), offsets);
      poll(consumer, offsets, running);
      polled = null;
      endSearches();
      offsets.finish(open.partitions());
    } finally {
      polled = null;
      consumer.close(KafkaClients.leaving(CLOSE_MAX));
    }
  }

  private void poll(KafkaConsumer<byte[], byte[]> consumer, SearchOffsets offsets, Worker running)
      throws InterruptedException {
    try {
      while (!running.isStopping()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
        offsets.commit();
        running.roundDone();
      }
    } catch (WakeupException e) {
      LOG.debug("asked to stop");
    }
  }

  /// The record is not parsed on this thread, so that no record can stop the loop.
  private void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    inFlight.acquire();
    Search search = open.begin(record);
    searches.execute(() -> {
      CompletableFuture<Void> sent = NOTHING_SENT;
      try (Step step = options.tracing().process(record, GROUP);
          Scope _ = step.enter()) {
        sent = answer(record, search, step);
      } catch (KafkaException e) {
        LOG.warnf("%s gets no answer: %s", EventProducer.text(record.key()), e.getMessage());
      } finally {
        inFlight.release();
        CompletableFuture<Void> _ = sent.whenComplete((_, _) -> search.end());
      }
    });
  }

  /// @return completes once it is acknowledged, or lost
  private CompletableFuture<Void> answer(
      ConsumerRecord<byte[], byte[]> record, Search search, Step step) {
    SketchEmbedded sketch;
    try {
      sketch =
          Topics.SKETCH_EMBEDDINGS
              .valueSerde()
              .deserializer()
              .deserialize(record.topic(), record.value());
    } catch (SerializationException e) {
      return refuse(record, e.getMessage());
    }
    if (sketch == null) {
      return refuse(record, "the search has no value");
    }
    String event = EventHeaders.text(record.headers(), EventHeaders.ID);
    if (!event.isEmpty() && !search.identify(event + " " + sketch.getQueryId())) {
      LOG.debugf("%s was embedded twice", EventProducer.text(record.key()));
      return NOTHING_SENT;
    }
    int partition = sketch.getRequest().getReplyPartition();
    if (!producer.hasPartition(Topics.SEARCH_RESULTS, partition)) {
      return refuse(record, Topics.SEARCH_RESULTS.name() + " has no partition " + partition);
    }
    SearchAnswered answer = answerInTurn(record, sketch, step);
    return search.beginAnswer() ? send(record, partition, answer) : NOTHING_SENT;
  }

  private SearchAnswered answerInTurn(
      ConsumerRecord<byte[], byte[]> record, SketchEmbedded sketch, Step step) {
    if (!waiters.tryEnter(sketch.getRequest())) {
      return searcher.failed(sketch, Waiters.tooMany(), step);
    }
    try {
      return answer(record, sketch, step);
    } catch (InterruptedException _) { // Only when the process ends.
      return searcher.failed(
          sketch,
          new SearchFailure(SearchErrorCode.UNAVAILABLE, "the query service stops; try again"),
          step);
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

  private CompletableFuture<Void> send(
      ConsumerRecord<?, ?> record, int partition, SearchAnswered answer) {
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
    return producer.send(result, Step.current().send(result));
  }

  private CompletableFuture<Void> refuse(ConsumerRecord<byte[], byte[]> record, String reason) {
    try (LogFields _ = LogFields.query(EventProducer.text(record.key()), record.headers())) {
      LOG.warnf(
          "%s-%d at offset %d: %s", record.topic(), record.partition(), record.offset(), reason);
    }
    options.metrics().refusedRecord();
    return producer.send(DeadLetters.of(record, reason));
  }

  /// Stops polling and lets running searches end, within seconds. Those that still wait are
  /// answered that the service stops.
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
      endSearches();
    } catch (InterruptedException e) {
      searches.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void endSearches() throws InterruptedException {
    searches.shutdown();
    if (!searches.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
      searches.shutdownNow();
      boolean _ = searches.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /// Searches that run now.
  public int inFlight() {
    return options.inFlightMax() - inFlight.availablePermits();
  }
}
