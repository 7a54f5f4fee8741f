package io.sketchstream.embed.sketches;

import io.sketchstream.embed.device.Encoded;
import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.embed.device.Priority;
import io.sketchstream.embed.loops.PolledBatch;
import io.sketchstream.events.Instants;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.Patience;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.images.process.DecoderUnavailableException;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.logging.LogFields;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.jboss.logging.Logger;

/// Answers one record of [sketches]: with the embedding of the sketch, or with an error that says
/// why there is none. Every record gets exactly one answer, whatever is in it.
///
/// Strokes and plain rasters take milliseconds. All other files go to decoder processes, where one
/// may take seconds, so they wait on threads of their own.
///
/// **Threads:** any may call; the work is done on the sketch decoders and on the device.
final class SketchEmbedder {
  private static final Logger LOG = Logger.getLogger(SketchEmbedder.class);

  private static final Duration TIME_MIN = Duration.ofMillis(100);

  private final Function<String, ActiveEncoder> encoders;
  private final SketchAnswers answers;
  private final Executor decoders;
  private final Executor foreignDecoders;
  private final ImageDecoder photos = new ImageDecoder(ImageLimits.DEFAULT);
  private final Tracing tracing;
  private final BrokerClock brokers;

  /// @param encoders that of a generation by its id; that of the active one for an empty id
  SketchEmbedder(
      Function<String, ActiveEncoder> encoders,
      Producer<byte[], byte[]> producer,
      SketchServices services) {
    this.encoders = encoders;
    this.brokers = new BrokerClock(services.clock());
    this.answers = new SketchAnswers(producer, services.metrics(), services.clock(), brokers);
    this.decoders = services.decoders();
    this.foreignDecoders = services.foreignDecoders();
    this.tracing = services.tracing();
  }

  /// Begins; the batch is told when the answer is acknowledged.
  void embed(ConsumerRecord<byte[], byte[]> record, PolledBatch polled) {
    long polledNanos = System.nanoTime();
    Duration hop = Instants.since(record.timestamp(), brokers.instant());
    Step step = tracing.process(record, SketchLoop.GROUP);
    decoders.execute(() ->
        guarded(
            step,
            polled,
            () -> {
              ReceivedSketch sketch = ReceivedSketch.of(record);
              SketchEmbedded.Builder answer =
                  SketchEmbedded.newBuilder()
                      .setQueryId(sketch.queryId())
                      .setRequest(sketch.request())
                      .addTimings(SketchAnswers.timing("sketches-hop", hop.toNanos()));
              step.with("sketchstream.query.id", sketch.queryId());
              SketchTask task = new SketchTask(record, sketch, polled, step, polledNanos, answer);
              if (isForeign(sketch.sketch())) {
                beginElsewhere(task);
              } else {
                begin(task);
              }
            }));
  }

  private static void guarded(Step step, PolledBatch polled, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) { // No answer could be handed to the producer.
      step.failed(e.toString());
      step.close();
      polled.fail(e);
    }
  }

  private boolean isForeign(Sketch sketch) {
    return sketch.hasRaster() && !photos.decodesHere(sketch.getRaster().toByteArray());
  }

  private void beginElsewhere(SketchTask task) {
    try {
      foreignDecoders.execute(() -> guarded(task.step(), task.polled(), () -> begin(task)));
    } catch (RejectedExecutionException _) {
      answers.fail(
          task, SearchErrorCode.UNAVAILABLE, "too many sketches wait for a decoder; try again");
    }
  }

  private void begin(SketchTask task) {
    if (task.sketch().refusal().isPresent()) {
      answers.refuse(
          task,
          task.sketch().refusal().get().getCode(),
          task.sketch().refusal().get().getMessage());
    } else {
      encode(task);
    }
  }

  private void encode(SketchTask task) {
    SearchRequest request = task.sketch().request();
    if (isExpired(request)) {
      answers.fail(
          task,
          SearchErrorCode.DEADLINE_EXCEEDED,
          "the deadline passed before the sketch was embedded");
      return;
    }
    ActiveEncoder active = encoders.apply(request.getGeneration());
    if (!active.isAvailable()) {
      answers.fail(task, SearchErrorCode.UNAVAILABLE, active.unavailable());
      return;
    }
    long start = System.nanoTime();
    try {
      PreparedImage pixels = render(active.encoder(), task);
      long decodeNanos = System.nanoTime() - start;
      task.step().part("decode", start).endAt(start + decodeNanos);
      CompletableFuture<Encoded> _ =
          active
              .encoder()
              .submit(pixels, Priority.SKETCH, task.step())
              .whenCompleteAsync(
                  (encoded, failure) -> finish(task, active, encoded, failure, decodeNanos),
                  decoders);
    } catch (RefusedImageException e) {
      answers.refuse(task, SearchErrorCode.BAD_SKETCH, e.getMessage());
    } catch (DecoderUnavailableException e) { // Says nothing of the sketch.
      answers.fail(task, SearchErrorCode.UNAVAILABLE, e.getMessage());
    }
  }

  private boolean isExpired(SearchRequest request) {
    return request.hasDeadline() && brokers.isPast(Instants.of(request.getDeadline()));
  }

  /// The time that the caller still waits.
  private Patience patience(SearchRequest request) {
    Duration most = ImageLimits.DEFAULT.decodeMax();
    if (!request.hasDeadline()) {
      return Patience.urgent(most);
    }
    Duration left = Duration.between(brokers.instant(), Instants.of(request.getDeadline()));
    Duration atLeast = left.compareTo(TIME_MIN) < 0 ? TIME_MIN : left; // Clocks are not exact.
    return Patience.urgent(atLeast.compareTo(most) < 0 ? atLeast : most);
  }

  /// No sketch may stop the others, whatever happens in the renderer.
  private PreparedImage render(LoadedEncoder encoder, SketchTask task)
      throws RefusedImageException {
    SearchRequest request = task.sketch().request();
    try {
      return encoder.prepare(task.sketch().sketch(), request.getPhoto(), patience(request));
    } catch (DecoderUnavailableException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      LOG.errorf(e, "query %s: the renderer failed", task.sketch().queryId());
      throw new RefusedImageException("it can't be rendered: " + e, e);
    }
  }

  private void finish(
      SketchTask task, ActiveEncoder active, Encoded encoded, Throwable failure, long decodeNanos) {
    try {
      switch (failure) {
        case null -> answers.embedded(task, active.generation(), encoded, decodeNanos);
        case IllegalArgumentException e ->
            answers.refuse(
                task, SearchErrorCode.BAD_SKETCH, "the network can't embed it: " + e.getMessage());
        case CancellationException _ when isReplaced(task, active) ->
            encode(task); // The generation was retired meanwhile: the next one answers.
        case CancellationException _ ->
            answers.fail(task, SearchErrorCode.UNAVAILABLE, "the embed service is stopping");
        default -> {
          try (LogFields _ = SketchAnswers.fields(task)) {
            LOG.errorf(failure, "query %s was not embedded", task.sketch().queryId());
          }
          answers.fail(
              task, SearchErrorCode.UNAVAILABLE, "the encoder failed: " + failure.getMessage());
        }
      }
    } catch (RuntimeException | Error e) {
      task.polled().fail(e);
    }
  }

  private boolean isReplaced(SketchTask task, ActiveEncoder active) {
    return encoders.apply(task.sketch().request().getGeneration()).encoder() != active.encoder();
  }
}
