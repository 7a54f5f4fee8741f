package io.sketchstream.query.callers;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.query.search.SearchMetrics;
import io.sketchstream.query.search.SketchSearcher;
import io.sketchstream.query.search.Waiters;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jboss.logging.Logger;

/// Answers the HTTP callers of this process itself when the process assigned to their searches is
/// slow or gone: Kafka reassigns the searches of a lost process only after its session timeout, and
/// callers do not wait that long.
///
/// Reads all of `sketch-embeddings`, skips searches that no caller here waits for, and runs those
/// that are not answered after a while. The first answer counts; the one from here is not
/// published.
///
/// **Threads:** owns `query-takeover` and a virtual thread for each search of a caller here.
/// **Owns:** its consumer.
public final class SearchTakeover implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SearchTakeover.class);
  private static final String NAME = "query-takeover";

  private final TopicTail sketches;
  private final PendingAnswers pending;
  private final SketchSearcher searcher;
  private final Options options;
  private final Semaphore places;
  private final Waiters waiters;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(NAME + "-", 0).factory());
  private Worker worker;

  /// Is positioned at the end of the topic when this returns: no later search is missed.
  public SearchTakeover(
      KafkaClients clients, PendingAnswers pending, SketchSearcher searcher, Options options) {
    this.sketches = TopicTail.of(clients, NAME, Topics.SKETCH_EMBEDDINGS.name());
    this.pending = pending;
    this.searcher = searcher;
    this.options = options;
    this.places = new Semaphore(options.concurrentMax());
    this.waiters = new Waiters(options.concurrentMax());
  }

  /// @param after how long an answer may take from the moment its sketch is embedded
  /// @param concurrentMax concurrent searches taken over; under overload they would only add to it
  public record Options(
      Duration after,
      int concurrentMax,
      SearchMetrics metrics,
      Tracing tracing,
      InstantSource clock) {}

  /// Starts to read.
  public void start(Workers workers) {
    worker = workers.start(NAME, running -> sketches.read(running, this::take));
  }

  private void take(String queryId, ConsumerRecord<byte[], byte[]> record) {
    pending.find(queryId).ifPresent(caller -> watch(queryId, record, caller));
  }

  private void watch(
      String queryId, ConsumerRecord<byte[], byte[]> record, PendingAnswers.Caller caller) {
    threads.execute(() -> {
      try {
        caller.answer().get(options.after().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        takeOverInTurn(queryId, record, caller);
      } catch (ExecutionException e) {
        LOG.debugf("%s has failed already", queryId);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private void takeOverInTurn(
      String queryId, ConsumerRecord<byte[], byte[]> record, PendingAnswers.Caller caller) {
    SearchRequest request = caller.query().request();
    if (!waiters.tryEnter(request)) {
      return;
    }
    try {
      takeOver(queryId, record, caller);
    } finally {
      waiters.leave(request);
    }
  }

  private void takeOver(
      String queryId, ConsumerRecord<byte[], byte[]> record, PendingAnswers.Caller caller) {
    try {
      SketchEmbedded sketch =
          Topics.SKETCH_EMBEDDINGS
              .valueSerde()
              .deserializer()
              .deserialize(record.topic(), record.value());
      long left = Duration.between(options.clock().instant(), caller.query().deadline()).toNanos();
      if (!places.tryAcquire(Math.max(0, left), TimeUnit.NANOSECONDS)) {
        return;
      }
      try {
        if (!caller.answer().isDone()) {
          options.metrics().takenOver();
          try (Step step = options.tracing().process(record, "");
              Scope _ = step.enter()) {
            caller.answer().complete(searcher.answer(record, sketch, Optional.of(caller.query())));
          }
        }
      } finally {
        places.release();
      }
    } catch (SerializationException e) {
      LOG.debugf("%s is not a valid search; the owner of its partition refuses it", queryId);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.stop();
      sketches.wakeUp();
      worker.close();
    }
    threads.shutdownNow();
  }
}
