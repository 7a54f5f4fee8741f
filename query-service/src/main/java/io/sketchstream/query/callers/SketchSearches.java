package io.sketchstream.query.callers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Instants;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.Topics;
import io.sketchstream.query.search.EventProducer;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.query.search.WrittenPositions;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Searches by sketch through `sketches`, as any Kafka client does, and waits for the answer.
///
/// **Threads:** any number; each blocks until its answer or its deadline.
public final class SketchSearches {
  private static final Duration ANSWER_GRACE = Duration.ofMillis(20);

  private final EventProducer producer;
  private final AnswerLoop answers;
  private final PendingAnswers pending;
  private final WrittenPositions written;
  private final Tracing tracing;
  private final InstantSource clock;

  public SketchSearches(
      EventProducer producer,
      AnswerLoop answers,
      PendingAnswers pending,
      WrittenPositions written,
      Tracing tracing,
      InstantSource clock) {
    this.producer = producer;
    this.answers = answers;
    this.pending = pending;
    this.written = written;
    this.tracing = tracing;
    this.clock = clock;
  }

  /// Refuses a search that can't be answered, before its sketch is read.
  ///
  /// @throws SearchFailure when it requires a write that does not exist, or would be answered too
  ///   late
  public void check(SearchQuery query) throws SearchFailure {
    pending.checkRoom(left(query));
    written.check(query.request().getAfterList());
  }

  /// @param traceparent W3C trace context of the caller; empty when it has none
  /// @return an answer without an error
  public SearchAnswered search(Sketch sketch, SearchQuery query, String traceparent)
      throws SearchFailure, InterruptedException {
    String queryId = UUID.randomUUID().toString();
    CompletableFuture<SearchAnswered> answer = pending.enter(queryId, query, left(query));
    try {
      ProducerRecord<byte[], byte[]> record = record(queryId, sketch, query.request(), traceparent);
      Step sending = tracing.send(traceparent, record).with("messaging.kafka.message.key", queryId);
      producer
          .send(record, sending)
          .exceptionally(failure -> {
            answer.completeExceptionally(
                new SearchFailure(SearchErrorCode.UNAVAILABLE, "Kafka can't be reached"));
            return null;
          });
      return await(answer, query.deadline());
    } finally {
      pending.leave(queryId);
    }
  }

  private Duration left(SearchQuery query) {
    return Duration.between(clock.instant(), query.deadline());
  }

  private ProducerRecord<byte[], byte[]> record(
      String queryId, Sketch sketch, SearchRequest request, String traceparent) {
    Instant now = clock.instant();
    SketchSubmitted event =
        SketchSubmitted.newBuilder()
            .setQueryId(queryId)
            .setSketch(sketch)
            .setRequest(
                request.toBuilder()
                    .setReplyPartition(answers.replyPartition())
                    .setSubmittedAt(Instants.timestamp(now)))
            .build();
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.describe(headers, "query-service", SketchSubmitted.class, queryId, Instant.now());
    if (!traceparent.isEmpty()) {
      headers.add(EventHeaders.TRACEPARENT, traceparent.getBytes(UTF_8));
    }
    return new ProducerRecord<>(
        Topics.SKETCHES.name(), null, queryId.getBytes(UTF_8), event.toByteArray(), headers);
  }

  private SearchAnswered await(CompletableFuture<SearchAnswered> coming, Instant deadline)
      throws SearchFailure, InterruptedException {
    try {
      Duration left = Duration.between(clock.instant(), deadline).plus(ANSWER_GRACE);
      SearchAnswered answer = coming.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
      if (answer.hasError()) {
        throw new SearchFailure(answer.getError().getCode(), answer.getError().getMessage());
      }
      return answer;
    } catch (TimeoutException e) {
      throw new SearchFailure(
          SearchErrorCode.DEADLINE_EXCEEDED, "no answer came before the deadline");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SearchFailure failure
          ? failure
          : new SearchFailure(SearchErrorCode.UNAVAILABLE, e.getCause().getMessage());
    }
  }
}
