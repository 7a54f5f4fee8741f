package io.sketchstream.embed.sketches;

import io.sketchstream.embed.device.Encoded;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.SearchError;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.StageTiming;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.DeadLetters;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.tracing.Step;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;

/// Writes the answers of sketches, and the dead letters of those that are refused.
///
/// **Threads:** any.
final class SketchAnswers {
  private static final Logger LOG = Logger.getLogger(SketchAnswers.class);
  private static final String SOURCE = "embed-service";
  private static final int MESSAGE_LENGTH_MAX = 2_000;

  private final Producer<byte[], byte[]> producer;
  private final SketchMetrics metrics;
  private final InstantSource clock;
  private final BrokerClock brokers;

  /// @param brokers learns from what is written
  SketchAnswers(
      Producer<byte[], byte[]> producer,
      SketchMetrics metrics,
      InstantSource clock,
      BrokerClock brokers) {
    this.producer = producer;
    this.metrics = metrics;
    this.clock = clock;
    this.brokers = brokers;
  }

  /// Answers with an embedding.
  void embedded(SketchTask task, Generation generation, Encoded encoded, long decodeNanos) {
    SketchEmbedded.Builder answer = task.answer().setGeneration(generation.id());
    for (float x : encoded.embedding().toArray()) {
      answer.addVector(x);
    }
    long waitedNanos = System.nanoTime() - task.polledNanos() - decodeNanos - encoded.encodeNanos();
    answer
        .addTimings(timing("queue", Math.max(0, waitedNanos)))
        .addTimings(timing("decode", decodeNanos))
        .addTimings(timing("encode", encoded.encodeNanos()));
    send(task);
    metrics.answered("embedded");
  }

  /// Answers that the sketch, or its request, is not valid, and keeps the record as a dead letter.
  void refuse(SketchTask task, SearchErrorCode code, String reason) {
    try (LogFields _ = fields(task)) {
      LOG.infof("query %s: sketch refused: %s", task.answer().getQueryId(), reason);
    }
    Future<RecordMetadata> _ =
        producer.send(DeadLetters.of(task.record(), reason), task.polled().expectOne());
    fail(
        task,
        code,
        code == SearchErrorCode.BAD_SKETCH ? "the sketch can't be used: " + reason : reason);
  }

  /// Answers with an error.
  void fail(SketchTask task, SearchErrorCode code, String message) {
    task.step().failed(code + ": " + message);
    task.answer()
        .setError(
            SearchError.newBuilder()
                .setCode(code)
                .setMessage(message.substring(0, Math.min(message.length(), MESSAGE_LENGTH_MAX))));
    send(task);
    metrics.answered(code.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  static LogFields fields(SketchTask task) {
    return LogFields.query(task.answer().getQueryId(), task.record().headers());
  }

  static StageTiming timing(String stage, long nanos) {
    return StageTiming.newBuilder().setStage(stage).setMicros(nanos / 1000).build();
  }

  private void send(SketchTask task) {
    SketchEmbedded message = task.answer().build();
    ProducerRecord<byte[], byte[]> answer =
        new ProducerRecord<>(
            Topics.SKETCH_EMBEDDINGS.name(), task.sketch().key(), message.toByteArray());
    // Of a sketch that is embedded again after a rebalance, query-service answers only the first.
    String id = task.record().partition() + ":" + task.record().offset();
    EventHeaders.describe(answer.headers(), SOURCE, SketchEmbedded.class, id, clock.instant());
    EventHeaders.continueTrace(task.record().headers(), answer.headers());
    Step sending = task.step().send(answer);
    Future<RecordMetadata> _ = producer.send(answer, brokers.learning(sending.sent(task.polled())));
    task.step().close();
  }
}
