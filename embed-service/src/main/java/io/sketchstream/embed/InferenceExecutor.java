package io.sketchstream.embed;

import io.sketchstream.embed.PassQueue.Pass;
import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.Preprocessing;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.shell.threads.Niceness;
import io.sketchstream.shell.tracing.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// The only way to the device: runs the passes that its [PassQueue] makes of what waits. The
/// backfill has threads of its own, which give way to all others: it takes what they leave, and no
/// sketch waits for its passes. Only what is overdue goes through the other threads, after all
/// else.
///
/// **Threads:** any may submit; its own threads run the passes. A future completes on one of those,
/// so what hangs on it must be short and must not block. **Owns:** its threads and the encoders of
/// the lanes it opened.
final class InferenceExecutor implements AutoCloseable {
  /// An embedding and what it took.
  record Encoded(Embedding embedding, long queuedNanos, long encodeNanos) {}

  record Job(
      Lane lane,
      PreparedImage image,
      Step step,
      long submittedNanos,
      CompletableFuture<Encoded> result) {}

  private final EmbedMetrics metrics;
  private final PassQueue queue;
  private final List<Thread> threads = new ArrayList<>();

  InferenceExecutor(EmbedOptions options, EmbedMetrics metrics) {
    this.metrics = metrics;
    this.queue = new PassQueue(options);
    for (Priority priority : Priority.values()) {
      metrics.watchQueue(priority, () -> queue.depth(priority));
    }
    for (int i = 0; i < options.threads(); i++) {
      threads.add(
          Thread.ofPlatform().name("embed-inference-" + i).start(() -> run(queue::takeLive)));
    }
    for (int i = 0; i < options.backfill().threads(); i++) {
      threads.add(
          Thread.ofPlatform()
              .name("embed-backfill-" + i)
              .start(() -> {
                Niceness.ofThisThread(options.backfill().niceness());
                run(queue::takeBackfill);
              }));
    }
  }

  /// One network on this device.
  final class Lane implements AutoCloseable {
    private final Encoder encoder;
    private final PassQueue.Place place = new PassQueue.Place();

    private Lane(Encoder encoder) {
      this.encoder = encoder;
    }

    PassQueue.Place place() {
      return place;
    }

    Preprocessing preprocessing() {
      return encoder.preprocessing();
    }

    /// Whether it still takes images.
    boolean isOpen() {
      return queue.isOpen(place);
    }

    /// Queues one image. The future is as below.
    CompletableFuture<Encoded> submit(PreparedImage image, Priority priority) {
      return submit(image, priority, Step.NONE);
    }

    /// Queues one image, as part of a step. The future fails with [CancellationException] when the
    /// lane is closed first, with [IllegalArgumentException] when the network can make nothing of
    /// this image, and with anything else when the network itself fails.
    CompletableFuture<Encoded> submit(PreparedImage image, Priority priority, Step step) {
      Job job = new Job(this, image, step, System.nanoTime(), new CompletableFuture<>());
      if (!queue.add(job, priority)) {
        cancel(List.of(job));
      }
      return job.result();
    }

    /// Drops what waits for this network, lets the running pass end, and frees it.
    @Override
    public void close() {
      Optional<List<Job>> dropped = queue.shut(this);
      if (dropped.isPresent()) {
        cancel(dropped.get());
        queue.awaitIdle(place);
        encoder.close();
      }
    }
  }

  /// Takes over an encoder; closing the lane closes it.
  Lane open(Encoder encoder) {
    return new Lane(encoder);
  }

  boolean isAlive() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  /// Lets running passes end, drops the rest and joins the threads.
  @Override
  public void close() {
    cancel(queue.close());
    for (Thread thread : threads) {
      Threads.join(thread);
    }
  }

  private static void cancel(List<Job> jobs) {
    jobs.forEach(job ->
        job.result().completeExceptionally(new CancellationException("the encoder is closed")));
  }

  private void run(Supplier<Optional<Pass>> next) {
    for (Optional<Pass> pass = next.get(); pass.isPresent(); pass = next.get()) {
      try {
        metrics.pass(pass.get().priority(), pass.get().jobs().size());
        encode(pass.get().lane(), pass.get().jobs());
      } finally {
        queue.finished(pass.get());
      }
    }
  }

  private void encode(Lane lane, List<Job> batch) {
    long start = System.nanoTime();
    List<Embedding> embeddings;
    try {
      embeddings = lane.encoder.encode(batch.stream().map(Job::image).toList());
    } catch (IllegalArgumentException e) {
      encodeApart(lane, batch, e);
      return;
    } catch (RuntimeException | Error e) {
      batch.forEach(job -> job.result().completeExceptionally(e));
      return;
    }
    long nanos = System.nanoTime() - start;
    queue.learn(lane.place, nanos / batch.size());
    metrics.encoded(nanos, batch.size());
    PassTrace.record(batch, start, start + nanos);
    for (int i = 0; i < batch.size(); i++) {
      Job job = batch.get(i);
      long queuedNanos = start - job.submittedNanos();
      metrics.waited(queuedNanos);
      job.result().complete(new Encoded(embeddings.get(i), queuedNanos, nanos));
    }
  }

  /// One image spoils a pass: only that one fails.
  private void encodeApart(Lane lane, List<Job> batch, IllegalArgumentException e) {
    if (batch.size() == 1) {
      batch.getFirst().result().completeExceptionally(e);
    } else {
      batch.forEach(job -> encode(lane, List.of(job)));
    }
  }
}
