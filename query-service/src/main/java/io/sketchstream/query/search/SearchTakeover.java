package io.sketchstream.query.search;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.query.recall.RecallMonitor;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/// Answers the HTTP callers of this process itself when the process that should is slow or gone:
/// Kafka gives the searches of a lost one to others only after its session has run out, and callers
/// do not wait that long.
///
/// Reads all of `sketch-embeddings`, passes over what nobody here waits for, and searches what is
/// not answered after a while. The first answer counts; this one is not published.
///
/// **Threads:** owns `query-takeover` and a virtual thread for each search of a caller here.
/// **Owns:** its consumer.
public final class SearchTakeover implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SearchTakeover.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<String, byte[]> consumer;
  private final PendingAnswers pending;
  private final SearchAnswers answers;
  private final SearchMetrics metrics;
  private final Tracing tracing;
  private final InstantSource clock;
  private final Duration after;
  private final Semaphore places;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("query-takeover-", 0).factory());
  private final Thread thread = Thread.ofPlatform().name("query-takeover").unstarted(this::run);

  /// Stands at the end of the topic when this returns: no later search is missed.
  public SearchTakeover(
      Map<String, Object> kafka,
      PendingAnswers pending,
      GenerationSearcher searcher,
      Options options) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "query-takeover");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    this.pending = pending;
    this.metrics = options.metrics();
    this.answers = new SearchAnswers(searcher, options.recall(), metrics);
    this.tracing = options.tracing();
    this.clock = options.clock();
    this.after = options.after();
    this.places = new Semaphore(options.atOnceMax());
    List<TopicPartition> all =
        consumer.partitionsFor(Topics.SKETCH_EMBEDDINGS.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(all);
    consumer.endOffsets(all).forEach(consumer::seek);
  }

  /// @param after how long an answer may take from the moment its sketch is embedded
  /// @param atOnceMax searches taken over at once; under overload they would only add to it
  public record Options(
      Duration after,
      int atOnceMax,
      RecallMonitor recall,
      SearchMetrics metrics,
      Tracing tracing,
      InstantSource clock) {}

  public void start() {
    thread.start();
  }

  private void run() {
    try (consumer) {
      while (true) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (record.key() != null && record.value() != null) {
            pending.find(record.key()).ifPresent(caller -> watch(record, caller));
          }
        }
      }
    } catch (WakeupException e) {
      LOG.debug("asked to stop");
    }
  }

  private void watch(ConsumerRecord<String, byte[]> record, CompletableFuture<Reply> caller) {
    threads.execute(() -> {
      try {
        caller.get(after.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        takeOver(record, caller);
      } catch (ExecutionException e) {
        LOG.debugf("%s has failed already", record.key());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private void takeOver(ConsumerRecord<String, byte[]> record, CompletableFuture<Reply> caller) {
    try {
      SketchEmbedded sketch =
          Topics.SKETCH_EMBEDDINGS
              .valueSerde()
              .deserializer()
              .deserialize(record.topic(), record.value());
      Instant deadline = Instants.of(sketch.getRequest().getDeadline());
      long left = Duration.between(clock.instant(), deadline).toNanos();
      if (!places.tryAcquire(Math.max(0, left), TimeUnit.NANOSECONDS)) {
        return;
      }
      try {
        if (!caller.isDone()) {
          metrics.takenOver();
          long hopMicros = Instants.microsSince(record.timestamp(), clock.instant());
          try (Step step = tracing.process(record, "");
              Scope _ = step.enter()) {
            caller.complete(new Reply(answers.answer(sketch, deadline, hopMicros), 0));
          }
        }
      } finally {
        places.release();
      }
    } catch (SerializationException e) {
      LOG.debugf("%s is no embedded sketch; whoever owns its partition says so", record.key());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }
}
