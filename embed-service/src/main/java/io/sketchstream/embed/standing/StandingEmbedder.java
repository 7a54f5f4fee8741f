package io.sketchstream.embed.standing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.embed.device.Encoded;
import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.embed.device.Priority;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.images.Patience;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.DecoderUnavailableException;
import io.sketchstream.shell.kafka.DeadLetters;
import io.sketchstream.shell.tracing.Step;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/// Turns records of `standing-queries` into those of `standing-query-embeddings-g`, one for one. An
/// invalid record becomes a null, as if the query were removed, and a dead letter. A query whose
/// sketch can't be rendered stays, with its refusal, so that its owner can see it.
///
/// **Threads:** one.
final class StandingEmbedder {
  private static final Logger LOG = Logger.getLogger(StandingEmbedder.class);
  private static final String SOURCE = "embed-service";
  private static final int REFUSAL_LENGTH_MAX = 2_000;

  private final Generation generation;
  private final LoadedEncoder encoder;
  private final Supplier<Priority> priority;
  private final InstantSource clock;

  StandingEmbedder(
      Generation generation,
      LoadedEncoder encoder,
      Supplier<Priority> priority,
      InstantSource clock) {
    this.generation = generation;
    this.encoder = encoder;
    this.priority = priority;
    this.clock = clock;
  }

  /// One record on its way.
  ///
  /// @param refusal why the record, or its sketch, is not valid; empty when it is
  /// @param embedding to come; empty when there is nothing to embed
  private record Task(
      ReceivedQuery received, String refusal, Optional<CompletableFuture<Encoded>> embedding) {

    Task refused(String reason) {
      return new Task(received, reason, Optional.empty());
    }
  }

  /// Waits for the network.
  ///
  /// @return what is to be written, in the order of the records
  /// @throws RuntimeException when the network fails, or is closed meanwhile
  List<ProducerRecord<byte[], byte[]>> embed(List<ReceivedQuery> records) {
    List<Task> tasks = new ArrayList<>(records.size());
    records.forEach(record -> tasks.add(begin(record)));
    List<ProducerRecord<byte[], byte[]>> writes = new ArrayList<>();
    for (Task task : tasks) {
      finish(task, writes);
    }
    return writes;
  }

  private Task begin(ReceivedQuery received) {
    Task task = new Task(received, received.refusal(), Optional.empty());
    if (received.query().isEmpty() || !received.query().get().hasSketch()) {
      return task;
    }
    StandingQuery query = received.query().get();
    try {
      return new Task(received, "", Optional.of(submit(query)));
    } catch (RefusedImageException e) {
      return task.refused(
          "the %s can't be used: %s"
              .formatted(query.getPhoto() ? "photo" : "sketch", e.getMessage()));
    }
  }

  /// No sketch may stop the others, whatever happens in the renderer.
  private CompletableFuture<Encoded> submit(StandingQuery query) throws RefusedImageException {
    try {
      return encoder.submit(
          encoder.prepare(query.getSketch(), query.getPhoto(), Patience.UNHURRIED),
          priority.get(),
          Step.NONE);
    } catch (DecoderUnavailableException e) {
      throw e; // Says nothing of the sketch; the loop tries again.
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      LOG.errorf(e, "standing query %s: the renderer failed", query.getQueryId());
      throw new RefusedImageException("it can't be rendered: " + e, e);
    }
  }

  private void finish(Task begun, List<ProducerRecord<byte[], byte[]>> writes) {
    Task task = begun;
    float[] vector = new float[0];
    if (task.embedding().isPresent()) {
      try {
        vector = task.embedding().get().join().embedding().toArray();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof IllegalArgumentException)) {
          throw e;
        }
        task = task.refused("the network can't embed it: " + e.getCause().getMessage());
      }
    }
    ReceivedQuery received = task.received();
    if (!task.refusal().isEmpty()) {
      LOG.infof("standing query '%.100s': %s", received.key(), task.refusal());
      writes.add(DeadLetters.of(received.record(), task.refusal(), generation));
    }
    if (received.isAnswered()) {
      writes.add(answer(task, vector));
    }
  }

  private ProducerRecord<byte[], byte[]> answer(Task task, float[] vector) {
    ConsumerRecord<byte[], byte[]> record = task.received().record();
    byte[] value = task.received().query().map(query -> embedded(task, query, vector)).orElse(null);
    ProducerRecord<byte[], byte[]> answer = answer(record.key(), value);
    EventHeaders.continueTrace(record.headers(), answer.headers());
    return answer;
  }

  /// The removal of a query that is no longer in `standing-queries`.
  ProducerRecord<byte[], byte[]> removal(byte[] key) {
    return answer(key, null);
  }

  private ProducerRecord<byte[], byte[]> answer(byte[] key, byte[] value) {
    ProducerRecord<byte[], byte[]> answer =
        new ProducerRecord<>(Topics.standingQueryEmbeddings(generation).name(), 0, key, value);
    EventHeaders.describe(
        answer.headers(),
        SOURCE,
        StandingQueryEmbedded.class,
        new String(key, UTF_8),
        clock.instant());
    return answer;
  }

  private byte[] embedded(Task task, StandingQuery query, float[] vector) {
    StandingQueryEmbedded.Builder embedded =
        StandingQueryEmbedded.newBuilder()
            .setQuery(query.toBuilder().clearSketch().clearWebhook())
            .setGeneration(generation.id());
    String refusal = task.refusal();
    embedded.setRefusal(refusal.substring(0, Math.min(refusal.length(), REFUSAL_LENGTH_MAX)));
    for (float x : vector) {
      embedded.addVector(x);
    }
    return embedded.build().toByteArray();
  }
}
