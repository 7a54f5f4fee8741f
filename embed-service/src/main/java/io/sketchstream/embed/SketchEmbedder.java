package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.sketchstream.embed.InferenceExecutor.Encoded;
import io.sketchstream.embed.InferenceExecutor.Lane;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.SearchError;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.StageTiming;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;

/// Answers one record of [sketches]: with the embedding of the sketch, or with an error that says
/// why there is none. Every record gets exactly one answer.
///
/// **Threads:** any may call; the work is done on the sketch decoders and on the device.
final class SketchEmbedder {
  private static final Logger LOG = Logger.getLogger(SketchEmbedder.class);
  private static final String SOURCE = "embed-service";

  private final Function<String, ActiveEncoder> encoders;
  private final Producer<byte[], byte[]> producer;
  private final Executor decoders;
  private final EmbedMetrics metrics;
  private final Tracing tracing;
  private final InstantSource clock;

  /// The generation that answers, or why none does.
  ///
  /// @param lane null when none does
  record ActiveEncoder(Generation generation, Lane lane, String unavailable) {
    static ActiveEncoder none(String why) {
      return new ActiveEncoder(null, null, why);
    }
  }

  /// One sketch on its way.
  private record Task(
      ConsumerRecord<byte[], byte[]> record,
      PolledBatch polled,
      SketchSubmitted sketch,
      Step step,
      long polledNanos,
      SketchEmbedded.Builder answer) {}

  /// @param encoders the one of a generation by its name; of the active one for an empty name
  SketchEmbedder(
      Function<String, ActiveEncoder> encoders,
      Producer<byte[], byte[]> producer,
      Executor decoders,
      EmbedResources resources) {
    this.encoders = encoders;
    this.producer = producer;
    this.decoders = decoders;
    this.metrics = resources.metrics();
    this.tracing = resources.tracing();
    this.clock = resources.clock();
  }

  /// Begins; the batch is told when the answer is written.
  void embed(ConsumerRecord<byte[], byte[]> record, PolledBatch polled) {
    long polledNanos = System.nanoTime();
    long hopMillis = Math.max(0, clock.millis() - record.timestamp());
    Step step = tracing.process(record, KafkaClients.SKETCHES_GROUP);
    decoders.execute(() -> {
      try {
        begin(record, polled, step, polledNanos, hopMillis);
      } catch (RuntimeException | Error e) {
        step.failed(e.toString());
        step.close();
        polled.fail(e);
      }
    });
  }

  private void begin(
      ConsumerRecord<byte[], byte[]> record,
      PolledBatch polled,
      Step step,
      long polledNanos,
      long hopMillis) {
    SketchEmbedded.Builder answer = SketchEmbedded.newBuilder();
    answer.addTimings(timing("sketches-hop", Duration.ofMillis(hopMillis).toNanos()));
    SketchSubmitted sketch;
    try {
      if (record.value() == null) {
        throw new InvalidProtocolBufferException("the record has no value");
      }
      sketch = SketchSubmitted.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      answer.setQueryId(record.key() == null ? "" : new String(record.key(), UTF_8));
      Task task =
          new Task(record, polled, SketchSubmitted.getDefaultInstance(), step, polledNanos, answer);
      refuse(task, "not a SketchSubmitted: " + e.getMessage());
      return;
    }
    answer.setQueryId(sketch.getQueryId()).setRequest(sketch.getRequest());
    step.with("sketchstream.query.id", sketch.getQueryId());
    decode(new Task(record, polled, sketch, step, polledNanos, answer));
  }

  private void decode(Task task) {
    ActiveEncoder encoder = encoder(task);
    if (isExpired(task.sketch())) {
      fail(
          task,
          SearchErrorCode.DEADLINE_EXCEEDED,
          "the deadline passed before the sketch was embedded");
      return;
    }
    if (encoder.lane() == null) {
      fail(task, SearchErrorCode.UNAVAILABLE, encoder.unavailable());
      return;
    }
    long start = System.nanoTime();
    try {
      PreparedImage pixels = render(encoder.lane(), task.sketch());
      long decodeNanos = System.nanoTime() - start;
      task.step().part("decode", start).endAt(start + decodeNanos);
      CompletableFuture<Encoded> _ =
          encoder
              .lane()
              .submit(pixels, Priority.SKETCH, task.step())
              .whenCompleteAsync(
                  (encoded, failure) -> finish(task, encoder, encoded, failure, decodeNanos),
                  decoders);
    } catch (RefusedImageException e) {
      refuse(task, e.getMessage());
    }
  }

  private ActiveEncoder encoder(Task task) {
    return encoders.apply(task.sketch().getRequest().getGeneration());
  }

  /// No sketch may stop the others, whatever it does to the renderer.
  private static PreparedImage render(Lane lane, SketchSubmitted sketch)
      throws RefusedImageException {
    try {
      return lane.preprocessing().sketch(sketch.getSketch());
    } catch (RuntimeException e) {
      LOG.errorf(e, "query %s: the renderer failed", sketch.getQueryId());
      throw new RefusedImageException("it can't be rendered: " + e, e);
    }
  }

  private void finish(
      Task task, ActiveEncoder encoder, Encoded encoded, Throwable failure, long decodeNanos) {
    try {
      switch (failure) {
        case null -> answer(task, encoder.generation(), encoded, decodeNanos);
        case IllegalArgumentException e ->
            refuse(task, "the network can't embed it: " + e.getMessage());
        case CancellationException _ when encoder(task).lane() != encoder.lane() ->
            decode(task); // The generation was retired meanwhile: the next one answers.
        case CancellationException _ ->
            fail(task, SearchErrorCode.UNAVAILABLE, "the embed service is stopping");
        default -> {
          try (LogFields _ = fields(task)) {
            LOG.errorf(failure, "query %s was not embedded", task.sketch().getQueryId());
          }
          fail(task, SearchErrorCode.UNAVAILABLE, "the encoder failed: " + failure.getMessage());
        }
      }
    } catch (RuntimeException | Error e) {
      task.polled().fail(e);
    }
  }

  private void answer(Task task, Generation generation, Encoded encoded, long decodeNanos) {
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
    metrics.sketchAnswered("embedded");
  }

  private void refuse(Task task, String reason) {
    try (LogFields _ = fields(task)) {
      LOG.infof("query %s: sketch refused: %s", task.answer().getQueryId(), reason);
    }
    Future<RecordMetadata> _ =
        producer.send(DeadLetters.of(task.record(), reason), task.polled().expectOne());
    fail(task, SearchErrorCode.BAD_SKETCH, "the sketch can't be used: " + reason);
  }

  private void fail(Task task, SearchErrorCode code, String message) {
    task.step().failed(code + ": " + message);
    task.answer().setError(SearchError.newBuilder().setCode(code).setMessage(message));
    send(task);
    metrics.sketchAnswered(code.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private void send(Task task) {
    ConsumerRecord<byte[], byte[]> record = task.record();
    String queryId = task.answer().getQueryId();
    byte[] key = queryId.isEmpty() ? record.key() : queryId.getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> answer =
        new ProducerRecord<>(
            Topics.SKETCH_EMBEDDINGS.name(), key, task.answer().build().toByteArray());
    EventHeaders.describe(answer.headers(), SOURCE, SketchEmbedded.class, queryId, clock.instant());
    EventHeaders.continueTrace(record.headers(), answer.headers());
    Step sending = task.step().send(answer);
    Future<RecordMetadata> _ = producer.send(answer, sending.sent(task.polled()));
    task.step().close();
  }

  private static LogFields fields(Task task) {
    return LogFields.query(task.answer().getQueryId(), task.record().headers());
  }

  private boolean isExpired(SketchSubmitted sketch) {
    if (!sketch.getRequest().hasDeadline()) {
      return false;
    }
    // Compared by hand: what came from outside may be no Instant at all.
    Timestamp deadline = sketch.getRequest().getDeadline();
    Instant now = clock.instant();
    return deadline.getSeconds() < now.getEpochSecond()
        || (deadline.getSeconds() == now.getEpochSecond() && deadline.getNanos() < now.getNano());
  }

  private static StageTiming timing(String stage, long nanos) {
    return StageTiming.newBuilder().setStage(stage).setMicros(nanos / 1000).build();
  }
}
