package io.sketchstream.query.callers;

import io.sketchstream.events.Hit;
import io.sketchstream.events.Instants;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.Topics;
import io.sketchstream.query.search.Stages;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/// Reads the one partition of `search-results` where answers for this process arrive, and wakes the
/// callers. Other processes may share the partition; their answers are skipped unread.
///
/// **Threads:** owns one, `query-answers`.
public final class AnswerLoop implements AutoCloseable {
  private static final String NAME = "query-answers";

  private final int partition;
  private final TopicTail results;
  private final PendingAnswers pending;
  private final Tracing tracing;
  private final InstantSource clock;
  private Worker worker;

  /// Is positioned at the end of its partition when this returns: no later answer is missed.
  public AnswerLoop(
      KafkaClients clients,
      int partition,
      PendingAnswers pending,
      Tracing tracing,
      InstantSource clock) {
    this.partition = partition;
    this.results =
        TopicTail.of(clients, NAME, new TopicPartition(Topics.SEARCH_RESULTS.name(), partition));
    this.pending = pending;
    this.tracing = tracing;
    this.clock = clock;
  }

  /// Starts to read.
  public void start(Workers workers) {
    worker = workers.start(NAME, running -> results.read(running, this::deliver));
  }

  /// Where callers of this process are answered.
  int replyPartition() {
    return partition;
  }

  private void deliver(String queryId, ConsumerRecord<byte[], byte[]> record) {
    pending
        .find(queryId)
        .ifPresent(caller -> {
          try (Step _ = tracing.process(record, "")) {
            caller.answer().complete(read(queryId, record, clock.instant()));
          } catch (SerializationException e) {
            caller.answer().completeExceptionally(e);
          }
        });
  }

  /// @throws SerializationException when the record is no answer to this query
  static SearchAnswered read(String queryId, ConsumerRecord<byte[], byte[]> record, Instant now) {
    long hopMicros = Instants.since(record.timestamp(), now).toNanos() / 1000;
    if (record.value() == null) {
      throw new SerializationException("the answer has no value");
    }
    SearchAnswered answer =
        Topics.SEARCH_RESULTS
            .valueSerde()
            .deserializer()
            .deserialize(record.topic(), record.value());
    if (!answer.getQueryId().equals(queryId)) {
      throw new SerializationException("the key of the answer is not its query id");
    }
    for (Hit hit : answer.getHitsList()) {
      if (!Float.isFinite(hit.getScore())) {
        throw new SerializationException("the answer has a score of " + hit.getScore());
      }
    }
    return answer.toBuilder().addTimings(Stages.timing("results-hop", hopMicros)).build();
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.stop();
      results.wakeUp();
      worker.close();
    }
  }
}
