package io.sketchstream.embed.device;

import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.embed.device.InferenceQueue.ForwardPass;
import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.shell.threads.Niceness;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs the forward passes that the [InferenceQueue] forms. A backfill has threads of its own with
/// a high nice value: it uses the CPU time that is left, and no sketch waits for its passes. Only
/// when it is overdue do its requests go to the other threads, after everything else.
///
/// **Threads:** any may submit; `embed-inference-n` and `embed-backfill-n` run the passes. A future
/// completes on one of those, so what follows it must be short and must not block. **Owns:** these
/// threads.
public final class Device implements AutoCloseable {
  /// A native forward pass can't be interrupted, and its memory must not be freed under it.
  private static final Duration PASS_MAX = Duration.ofMinutes(5);

  private final DeviceMetrics metrics;
  private final InferenceQueue queue;
  private final List<Worker> workers = new ArrayList<>();

  /// Starts the threads.
  public Device(DeviceOptions options, MeterRegistry meters, Workers supervisor) {
    this.metrics = new DeviceMetrics(meters);
    this.queue = new InferenceQueue(options);
    for (Priority priority : Priority.values()) {
      metrics.watchQueue(priority, () -> queue.depth(priority));
    }
    for (int i = 0; i < options.threads(); i++) {
      workers.add(supervisor.start(WorkerOptions.of("embed-inference-" + i), this::runLive));
    }
    for (int i = 0; i < options.backfill().threads(); i++) {
      workers.add(
          supervisor.start(
              WorkerOptions.of("embed-backfill-" + i),
              worker -> runBackfill(worker, options.backfill().niceness())));
    }
  }

  /// Takes over an encoder; closing what is returned closes it.
  public LoadedEncoder open(Encoder encoder) {
    return new LoadedEncoder(encoder, queue);
  }

  /// Lets running passes end, drops everything else and joins the threads.
  @Override
  public void close() {
    workers.forEach(Worker::stop);
    EncodeRequest.cancel(queue.close());
    workers.forEach(worker -> worker.join(PASS_MAX));
  }

  private void runLive(Worker worker) throws InterruptedException {
    while (!worker.isStopping()) {
      queue.takeLive(worker::roundDone).ifPresent(this::run);
      worker.roundDone();
    }
  }

  /// Takes the nice value with the first pass: where there is no backfill, no thread has to wait
  /// for an idle processor to end with the process.
  private void runBackfill(Worker worker, int niceness) throws InterruptedException {
    boolean nice = false;
    while (!worker.isStopping()) {
      Optional<ForwardPass> pass = queue.takeBackfill(worker::roundDone);
      if (pass.isPresent() && !nice) {
        Niceness.ofThisThread(niceness);
        nice = true;
      }
      pass.ifPresent(this::run);
      worker.roundDone();
    }
  }

  private void run(ForwardPass pass) {
    try {
      metrics.started(pass.priority(), pass.requests().size());
      encode(pass, pass.requests());
    } catch (Throwable e) {
      fail(pass.requests(), e); // Nobody may wait for a pass that is over.
      throw e;
    } finally {
      queue.finished(pass);
    }
  }

  private void encode(ForwardPass pass, List<EncodeRequest> batch) {
    long start = System.nanoTime();
    Encoder encoder = pass.encoder().encoder;
    List<Embedding> embeddings;
    float[] hubness = new float[batch.size()];
    try {
      embeddings = encoder.encode(batch.stream().map(EncodeRequest::image).toList());
      if (pass.priority() != Priority.SKETCH) {
        for (int i = 0; i < hubness.length; i++) {
          hubness[i] = encoder.hubness(embeddings.get(i));
        }
      }
    } catch (IllegalArgumentException e) {
      encodeOneByOne(pass, batch, e);
      return;
    } catch (RuntimeException | Error e) {
      fail(batch, e);
      return;
    }
    long nanos = System.nanoTime() - start;
    queue.measured(pass.encoder(), nanos / batch.size());
    metrics.encoded(nanos, batch.size());
    ForwardPassTrace.record(batch, start, start + nanos);
    for (int i = 0; i < batch.size(); i++) {
      EncodeRequest request = batch.get(i);
      metrics.waited(start - request.submittedNanos());
      request.result().complete(new Encoded(embeddings.get(i), hubness[i], nanos));
    }
  }

  /// One image that the network can't embed must not fail the others.
  private void encodeOneByOne(
      ForwardPass pass, List<EncodeRequest> batch, IllegalArgumentException e) {
    if (batch.size() == 1) {
      fail(batch, e);
    } else {
      batch.forEach(request -> encode(pass, List.of(request)));
    }
  }

  private static void fail(List<EncodeRequest> requests, Throwable reason) {
    requests.forEach(request -> request.result().completeExceptionally(reason));
  }
}
