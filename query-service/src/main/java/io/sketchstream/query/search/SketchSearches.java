package io.sketchstream.query.search;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.StageTiming;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.nio.charset.StandardCharsets;
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

/// Searches by sketch the way everybody does, through Kafka, and waits for the answer.
///
/// **Threads:** any number; each blocks until its answer or its deadline.
public final class SketchSearches {
  private static final Duration ANSWER_GRACE = Duration.ofMillis(20);

  private final EventProducer producer;
  private final AnswerLoop answers;
  private final PendingAnswers pending;
  private final Tracing tracing;
  private final InstantSource clock;

  public SketchSearches(
      EventProducer producer,
      AnswerLoop answers,
      PendingAnswers pending,
      Tracing tracing,
      InstantSource clock) {
    this.producer = producer;
    this.answers = answers;
    this.pending = pending;
    this.tracing = tracing;
    this.clock = clock;
  }

  /// @param traceparent W3C trace context of the caller; empty when it has none
  /// @return an answer without an error
  public SearchAnswered search(Sketch sketch, Question question, String traceparent)
      throws SearchFailure, InterruptedException {
    String queryId = UUID.randomUUID().toString();
    CompletableFuture<Reply> reply = pending.enter(queryId);
    try {
      ProducerRecord<String, byte[]> record = record(queryId, sketch, question, traceparent);
      Step sending = tracing.send(traceparent, record).with("messaging.kafka.message.key", queryId);
      producer
          .send(record, sending)
          .exceptionally(failure -> {
            reply.completeExceptionally(
                new SearchFailure(SearchErrorCode.UNAVAILABLE, "Kafka can't be reached"));
            return null;
          });
      return await(reply, question.demands().deadline());
    } finally {
      pending.leave(queryId);
    }
  }

  private ProducerRecord<String, byte[]> record(
      String queryId, Sketch sketch, Question question, String traceparent) {
    Instant now = clock.instant();
    SketchSubmitted event =
        SketchSubmitted.newBuilder()
            .setQueryId(queryId)
            .setSketch(sketch)
            .setRequest(
                SearchRequest.newBuilder()
                    .setK(question.page().k())
                    .setSearchAfter(question.page().searchAfter())
                    .setFacets(question.page().facets())
                    .setFilter(question.filter())
                    .setText(question.text())
                    .setReplyPartition(answers.replyPartition())
                    .addAllAfter(question.demands().after())
                    .setComplete(question.demands().complete())
                    .setSubmittedAt(Instants.event(now))
                    .setDeadline(Instants.event(question.demands().deadline())))
            .build();
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.describe(headers, "query-service", SketchSubmitted.class, queryId, now);
    if (!traceparent.isEmpty()) {
      headers.add(EventHeaders.TRACEPARENT, traceparent.getBytes(StandardCharsets.UTF_8));
    }
    return new ProducerRecord<>(
        Topics.SKETCHES.name(), null, queryId, event.toByteArray(), headers);
  }

  private SearchAnswered await(CompletableFuture<Reply> reply, Instant deadline)
      throws SearchFailure, InterruptedException {
    try {
      Duration left = Duration.between(clock.instant(), deadline).plus(ANSWER_GRACE);
      Reply arrived = reply.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
      SearchAnswered answer = arrived.answer();
      if (answer.hasError()) {
        throw new SearchFailure(answer.getError().getCode(), answer.getError().getMessage());
      }
      StageTiming hop = Stages.timing("results-hop", arrived.hopMicros());
      return answer.toBuilder().addTimings(hop).build();
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
