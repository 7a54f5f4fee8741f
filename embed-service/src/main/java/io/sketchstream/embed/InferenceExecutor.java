package io.sketchstream.embed;

import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.Preprocessing;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.shell.threads.Niceness;
import io.sketchstream.shell.tracing.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The only way to the device. Waiting work is taken by [Priority], in micro-batches: everything
/// that waits together for the same network goes through it in one forward pass, as long as a pass
/// of images stays short enough for a sketch to wait for it. The backfill has threads of its own,
/// which give way to all others: it takes what they leave, and no sketch waits for its passes. Only
/// what is overdue goes through the other threads, after all else.
///
/// **Threads:** any may submit; its own threads run the passes. A future completes on one of those,
/// so what hangs on it must be short and must not block. **Owns:** its threads and the encoders of
/// the lanes it opened.
final class InferenceExecutor implements AutoCloseable {
  private static final List<Priority> LIVE =
      List.of(Priority.SKETCH, Priority.LIVE_IMAGE, Priority.OVERDUE_IMAGE);
  private static final List<Priority> BACKFILL = List.of(Priority.BACKFILL_IMAGE);

  /// An embedding and what it took.
  record Encoded(Embedding embedding, long queuedNanos, long encodeNanos) {}

  record Job(
      Lane lane,
      PreparedImage image,
      Step step,
      long submittedNanos,
      CompletableFuture<Encoded> result) {}

  /// What goes through a network together.
  private record Pass(Lane lane, List<Job> jobs) {}

  private final int microBatchMax;
  private final long imageBatchNanosMax;
  private final EmbedMetrics metrics;
  private final int liveThreads;
  private final int backfillThreads;
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition liveWork = lock.newCondition();
  private final Condition backfillWork = lock.newCondition();
  private final Condition passDone = lock.newCondition();
  private final Map<Priority, ArrayDeque<Job>> queues = new EnumMap<>(Priority.class);
  private boolean closed;

  InferenceExecutor(EmbedOptions options, EmbedMetrics metrics) {
    this.microBatchMax = options.microBatchMax();
    this.imageBatchNanosMax = options.imageBatchMax().toNanos();
    this.metrics = metrics;
    for (Priority priority : Priority.values()) {
      queues.put(priority, new ArrayDeque<>());
      metrics.watchQueue(priority, () -> depth(priority));
    }
    this.liveThreads = options.threads();
    this.backfillThreads = options.backfill().threads();
    for (int i = 0; i < liveThreads; i++) {
      threads.add(
          Thread.ofPlatform().name("embed-inference-" + i).start(() -> run(LIVE, liveWork)));
    }
    for (int i = 0; i < backfillThreads; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("embed-backfill-" + i)
              .start(() -> {
                Niceness.ofThisThread(options.backfill().niceness());
                run(BACKFILL, backfillWork);
              }));
    }
  }

  /// One network on this device.
  final class Lane implements AutoCloseable {
    private final Encoder encoder;
    private int running;
    private boolean shut;
    private double nanosPerImage;

    private Lane(Encoder encoder) {
      this.encoder = encoder;
    }

    Preprocessing preprocessing() {
      return encoder.preprocessing();
    }

    /// Whether it still takes images.
    boolean isOpen() {
      lock.lock();
      try {
        return !shut && !closed;
      } finally {
        lock.unlock();
      }
    }

    /// Queues one image. The future is as below.
    CompletableFuture<Encoded> submit(PreparedImage image, Priority priority) {
      return submit(image, priority, Step.NONE);
    }

    /// Queues one image, as part of a step. The future fails with [CancellationException] when the
    /// lane is closed first, with [IllegalArgumentException] when the network can make nothing of
    /// this image, and with anything else when the network itself fails.
    CompletableFuture<Encoded> submit(PreparedImage image, Priority priority, Step step) {
      CompletableFuture<Encoded> result = new CompletableFuture<>();
      lock.lock();
      try {
        if (shut || closed) {
          result.completeExceptionally(new CancellationException("the encoder is closed"));
        } else {
          queues.get(priority).add(new Job(this, image, step, System.nanoTime(), result));
          (priority == Priority.BACKFILL_IMAGE ? backfillWork : liveWork).signal();
        }
      } finally {
        lock.unlock();
      }
      return result;
    }

    /// Drops what waits for this network, lets the running pass end, and frees it.
    @Override
    public void close() {
      if (!shut()) {
        return;
      }
      lock.lock();
      try {
        while (running > 0) {
          passDone.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
      encoder.close();
    }

    private boolean shut() {
      List<Job> dropped = new ArrayList<>();
      lock.lock();
      try {
        if (shut) {
          return false;
        }
        shut = true;
        for (ArrayDeque<Job> queue : queues.values()) {
          queue.removeIf(job -> job.lane() == this && dropped.add(job));
        }
      } finally {
        lock.unlock();
      }
      cancel(dropped);
      return true;
    }
  }

  /// Takes over an encoder; closing the lane closes it.
  Lane open(Encoder encoder) {
    return new Lane(encoder);
  }

  int depth(Priority priority) {
    lock.lock();
    try {
      return queues.get(priority).size();
    } finally {
      lock.unlock();
    }
  }

  boolean isAlive() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  /// Lets running passes end, drops the rest and joins the threads.
  @Override
  public void close() {
    List<Job> dropped = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      queues
          .values()
          .forEach(queue -> {
            dropped.addAll(queue);
            queue.clear();
          });
      liveWork.signalAll();
      backfillWork.signalAll();
    } finally {
      lock.unlock();
    }
    cancel(dropped);
    for (Thread thread : threads) {
      Threads.join(thread);
    }
  }

  private static void cancel(List<Job> jobs) {
    jobs.forEach(job ->
        job.result().completeExceptionally(new CancellationException("the encoder is closed")));
  }

  private void run(List<Priority> priorities, Condition work) {
    Optional<Pass> next = take(priorities, work);
    while (next.isPresent()) {
      Pass pass = next.get();
      try {
        encode(pass.lane(), pass.jobs());
      } finally {
        finished(pass.lane());
      }
      next = take(priorities, work);
    }
  }

  /// What is next; empty when this executor closes.
  private Optional<Pass> take(List<Priority> priorities, Condition work) {
    lock.lock();
    try {
      while (!closed) {
        for (Priority priority : priorities) {
          if (!queues.get(priority).isEmpty()) {
            Pass pass = drain(priority);
            pass.lane().running++;
            return Optional.of(pass);
          }
        }
        work.awaitUninterruptibly();
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// Takes the head of a queue and what follows it for the same network. What would fit into one
  /// pass is shared among the threads.
  private Pass drain(Priority priority) {
    ArrayDeque<Job> queue = queues.get(priority);
    Lane lane = queue.getFirst().lane();
    int sharing = priority == Priority.BACKFILL_IMAGE ? backfillThreads : liveThreads;
    int sizeMax = Math.min(sizeMax(priority, lane), Math.ceilDiv(queue.size(), sharing));
    List<Job> jobs = new ArrayList<>(sizeMax);
    while (jobs.size() < sizeMax && !queue.isEmpty() && queue.getFirst().lane() == lane) {
      jobs.add(queue.removeFirst());
    }
    metrics.pass(priority, jobs.size());
    return new Pass(lane, jobs);
  }

  /// A sketch waits for no pass of the backfill, and those of sketches are its own.
  private int sizeMax(Priority priority, Lane lane) {
    boolean keepsWaiting = priority == Priority.LIVE_IMAGE || priority == Priority.OVERDUE_IMAGE;
    return keepsWaiting && lane.nanosPerImage > 0
        ? (int) Math.clamp(imageBatchNanosMax / lane.nanosPerImage, 1, microBatchMax)
        : microBatchMax;
  }

  private void finished(Lane lane) {
    lock.lock();
    try {
      lane.running--;
      passDone.signalAll();
    } finally {
      lock.unlock();
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
    learn(lane, nanos / batch.size());
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

  private void learn(Lane lane, long nanosPerImage) {
    lock.lock();
    try {
      lane.nanosPerImage =
          lane.nanosPerImage == 0 ? nanosPerImage : 0.9 * lane.nanosPerImage + 0.1 * nanosPerImage;
    } finally {
      lock.unlock();
    }
  }
}
