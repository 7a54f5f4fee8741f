package io.sketchstream.query.callers;

import io.opentelemetry.context.Scope;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.query.callers.PendingAnswers.Caller;
import io.sketchstream.query.callers.TakeoverQueue.Entry;
import io.sketchstream.query.search.SearchMetrics;
import io.sketchstream.query.search.SketchSearcher;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jboss.logging.Logger;

/// Answers the HTTP callers of this process itself when the process assigned to their searches is
/// slow or gone: Kafka reassigns the searches of a lost process only after its session timeout, and
/// callers do not wait that long.
///
/// Reads all of `sketch-embeddings`, skips searches that no caller here waits for, and runs those
/// that are not answered after a while. The first answer counts; the one from here is not
/// published. Of the records that name a caller, the first valid one counts: more records need no
/// more memory or threads.
///
/// **Threads:** owns `query-takeover`, which reads, `query-takeover-turns`, which waits until a
/// search is due, and a virtual thread for each search that is taken over. **Owns:** its consumer.
public final class SearchTakeover implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SearchTakeover.class);
  private static final String NAME = "query-takeover";
  private static final Duration WAIT = Duration.ofMillis(200);

  /// Largest record, in bytes, that is kept for a caller: many times that of any search over HTTP.
  private static final int RECORD_SIZE_MAX = 1 << 20;

  private final TopicTail sketches;
  private final PendingAnswers pending;
  private final SketchSearcher searcher;
  private final Options options;
  private final TakeoverQueue queue;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(NAME + "-", 0).factory());
  private Worker worker;
  private Worker turns;

  /// Is positioned at the end of the topic when this returns: no later search is missed.
  public SearchTakeover(
      KafkaClients clients, PendingAnswers pending, SketchSearcher searcher, Options options) {
    this(TopicTail.of(clients, NAME, Topics.SKETCH_EMBEDDINGS.name()), pending, searcher, options);
  }

  SearchTakeover(
      TopicTail sketches, PendingAnswers pending, SketchSearcher searcher, Options options) {
    this.sketches = sketches;
    this.pending = pending;
    this.searcher = searcher;
    this.options = options;
    this.queue = new TakeoverQueue(options.after(), pending.max(), options.concurrentMax());
  }

  /// @param after how long an answer may take from the moment its sketch is embedded
  /// @param concurrentMax concurrent searches taken over; under overload they would only add to it
  public record Options(
      Duration after, int concurrentMax, SearchMetrics metrics, Tracing tracing) {}

  /// Starts to read.
  public void start(Workers workers) {
    turns = workers.start(NAME + "-turns", this::takeTurns);
    worker = workers.start(NAME, running -> sketches.read(running, this::take));
  }

  /// Any client may write here, any number of records for one caller.
  void take(String queryId, ConsumerRecord<byte[], byte[]> record) {
    Optional<Caller> caller = pending.find(queryId);
    if (caller.isPresent() && queue.wants(queryId)) {
      valid(queryId, record).ifPresent(sketch -> queue.add(queryId, caller.get(), record, sketch));
    }
  }

  private static Optional<SketchEmbedded> valid(
      String queryId, ConsumerRecord<byte[], byte[]> record) {
    if (record.value().length > RECORD_SIZE_MAX) {
      return Optional.empty();
    }
    try {
      SketchEmbedded sketch =
          Topics.SKETCH_EMBEDDINGS
              .valueSerde()
              .deserializer()
              .deserialize(record.topic(), record.value());
      return Optional.of(sketch).filter(found -> found.getQueryId().equals(queryId));
    } catch (SerializationException e) {
      LOG.debugf("%s is not a valid search; the owner of its partition refuses it", queryId);
      return Optional.empty();
    }
  }

  void takeTurns(Worker running) throws InterruptedException {
    while (!running.isStopping()) {
      queue.next(WAIT).ifPresent(entry -> threads.execute(() -> takeOver(entry)));
      running.roundDone();
    }
  }

  private void takeOver(Entry entry) {
    options.metrics().takenOver();
    try (Step step = options.tracing().process(entry.record(), "");
        Scope _ = step.enter()) {
      Caller caller = entry.caller();
      caller
          .answer()
          .complete(searcher.answer(entry.record(), entry.sketch(), Optional.of(caller.query())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      queue.leave(entry);
    }
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.stop();
      turns.stop();
      sketches.wakeUp();
      worker.close();
      turns.close();
    }
    threads.shutdownNow();
  }
}
