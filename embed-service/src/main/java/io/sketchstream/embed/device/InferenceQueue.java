package io.sketchstream.embed.device;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The requests that wait for the device, and which of them form the next forward pass: requests
/// that wait for the same encoder share a pass, as long as a pass of images is short enough for a
/// sketch to wait for.
///
/// A sketch never waits for a pass of a backfill, but is slowed down by one, as they share caches
/// and execution units. So no pass of a backfill starts while a sketch waits or is in a pass,
/// unless half of the device is idle or enough passes of sketches went first.
///
/// **Threads:** any. **Owns:** the waiting requests, and the fields of each [EncoderState].
final class InferenceQueue {
  private static final List<Priority> LIVE =
      List.of(Priority.SKETCH, Priority.LIVE_IMAGE, Priority.OVERDUE_IMAGE);

  /// If sketches wait all the time, this many of their passes go before one of a backfill.
  private static final int LET_AHEAD_MAX = 4;

  private static final long TICK_SECONDS = 1;

  /// The requests that go through an encoder together.
  record ForwardPass(EncoderState encoder, Priority priority, List<EncodeRequest> requests) {}

  private final DeviceOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition liveWork = lock.newCondition();
  private final Condition backfillWork = lock.newCondition();
  private final Condition passDone = lock.newCondition();
  private final Map<Priority, ArrayDeque<EncodeRequest>> queues = new EnumMap<>(Priority.class);

  /// Running passes of backfills, except those whose requests were moved to other threads.
  private final List<ForwardPass> backfills = new ArrayList<>();

  private int running;
  private int runningSketches;
  private long sketchPassesDone;
  private boolean closed;

  InferenceQueue(DeviceOptions options) {
    this.options = options;
    for (Priority priority : Priority.values()) {
      queues.put(priority, new ArrayDeque<>());
    }
  }

  /// Adds a request.
  ///
  /// @return false when its encoder, or the queue, is closed
  boolean add(EncodeRequest request, Priority priority) {
    lock.lock();
    try {
      if (!isOpen(request.encoder())) {
        return false;
      }
      queues.get(priority).add(request);
      (priority == Priority.BACKFILL_IMAGE ? backfillWork : liveWork).signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Raises the priority of the waiting requests of an encoder's backfill, because the threads of a
  /// backfill may get no processor at all. The requests of a running pass are queued again, too:
  /// whichever pass ends first answers.
  void expedite(EncoderState encoder, Priority priority) {
    lock.lock();
    try {
      ArrayDeque<EncodeRequest> expedited = queues.get(priority);
      backfills.removeIf(pass -> pass.encoder() == encoder && expedited.addAll(pass.requests()));
      for (Priority lower : Priority.values()) {
        if (lower.compareTo(priority) > 0) {
          queues
              .get(lower)
              .removeIf(request -> request.encoder() == encoder && expedited.add(request));
        }
      }
      if (!expedited.isEmpty()) {
        liveWork.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Whether it still takes requests for an encoder.
  boolean isOpen(EncoderState encoder) {
    lock.lock();
    try {
      return !encoder.closed && !closed;
    } finally {
      lock.unlock();
    }
  }

  int depth(Priority priority) {
    lock.lock();
    try {
      return queues.get(priority).size();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the next pass that is not a backfill's; empty once this is closed.
  ///
  /// @param tick called every second while it waits
  Optional<ForwardPass> takeLive(Runnable tick) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        for (Priority priority : LIVE) {
          ArrayDeque<EncodeRequest> queue = queues.get(priority);
          while (!queue.isEmpty() && queue.getFirst().result().isDone()) {
            queue.removeFirst(); // The pass it was taken from was quicker.
          }
          if (!queue.isEmpty()) {
            return Optional.of(form(priority));
          }
        }
        await(liveWork, tick);
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the next pass of a backfill; empty once this is closed.
  ///
  /// @param tick called every second while it waits
  Optional<ForwardPass> takeBackfill(Runnable tick) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long startsAfter = sketchPassesDone + LET_AHEAD_MAX;
      while (!closed) {
        if (queues.get(Priority.BACKFILL_IMAGE).isEmpty()) {
          await(backfillWork, tick);
          startsAfter = sketchPassesDone + LET_AHEAD_MAX;
        } else if (sketchPassesDone < startsAfter && sketchesNeedTheDevice()) {
          await(backfillWork, tick);
        } else {
          return Optional.of(form(Priority.BACKFILL_IMAGE));
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private static void await(Condition work, Runnable tick) throws InterruptedException {
    boolean _ = work.await(TICK_SECONDS, TimeUnit.SECONDS);
    tick.run();
  }

  /// Most machines have two hardware threads per core.
  private boolean sketchesNeedTheDevice() {
    boolean sketches = runningSketches > 0 || !queues.get(Priority.SKETCH).isEmpty();
    return sketches && running >= options.threads() / 2;
  }

  /// Takes the head of a queue and the requests after it for the same encoder. Requests that would
  /// fit into one pass are divided among the threads.
  private ForwardPass form(Priority priority) {
    ArrayDeque<EncodeRequest> queue = queues.get(priority);
    EncoderState encoder = queue.getFirst().encoder();
    int threads =
        priority == Priority.BACKFILL_IMAGE ? options.backfill().threads() : options.threads();
    int sizeMax = Math.min(sizeMax(priority, encoder), Math.ceilDiv(queue.size(), threads));
    List<EncodeRequest> requests = new ArrayList<>(sizeMax);
    while (requests.size() < sizeMax && !queue.isEmpty() && queue.getFirst().encoder() == encoder) {
      requests.add(queue.removeFirst());
    }
    encoder.running++;
    running++;
    if (priority == Priority.SKETCH) {
      runningSketches++;
    }
    ForwardPass pass = new ForwardPass(encoder, priority, requests);
    if (priority == Priority.BACKFILL_IMAGE) {
      backfills.add(pass);
    }
    return pass;
  }

  /// A sketch may have to wait for a pass of live or overdue images, but for no other. The duration
  /// of a pass is unknown before the first pass of an encoder.
  private int sizeMax(Priority priority, EncoderState encoder) {
    if (priority != Priority.LIVE_IMAGE && priority != Priority.OVERDUE_IMAGE) {
      return options.microBatchMax();
    }
    return encoder.nanosPerImage == 0
        ? 1
        : (int)
            Math.clamp(
                options.imageBatchMax().toNanos() / encoder.nanosPerImage,
                1,
                options.microBatchMax());
  }

  /// Updates the time per image of an encoder: an exponential moving average.
  void measured(EncoderState encoder, long nanosPerImage) {
    lock.lock();
    try {
      encoder.nanosPerImage =
          encoder.nanosPerImage == 0
              ? nanosPerImage
              : 0.9 * encoder.nanosPerImage + 0.1 * nanosPerImage;
    } finally {
      lock.unlock();
    }
  }

  /// A pass that was taken has ended, successfully or not.
  void finished(ForwardPass pass) {
    lock.lock();
    try {
      pass.encoder().running--;
      running--;
      backfills.removeIf(running -> running == pass);
      if (pass.priority() == Priority.SKETCH) {
        runningSketches--;
        sketchPassesDone++;
      }
      passDone.signalAll();
      backfillWork.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more requests for an encoder.
  ///
  /// @return those that waited for it; empty when it was closed before
  Optional<List<EncodeRequest>> close(EncoderState encoder) {
    List<EncodeRequest> dropped = new ArrayList<>();
    lock.lock();
    try {
      if (encoder.closed) {
        return Optional.empty();
      }
      encoder.closed = true;
      for (ArrayDeque<EncodeRequest> queue : queues.values()) {
        queue.removeIf(request -> request.encoder() == encoder && dropped.add(request));
      }
      backfillWork.signalAll(); // The sketches it waited for may be among them.
      return Optional.of(dropped);
    } finally {
      lock.unlock();
    }
  }

  /// Waits until no pass of an encoder runs.
  void awaitIdle(EncoderState encoder) {
    lock.lock();
    try {
      while (encoder.running > 0) {
        passDone.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Ends all waits for passes.
  ///
  /// @return the requests that still waited
  List<EncodeRequest> close() {
    List<EncodeRequest> dropped = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      for (ArrayDeque<EncodeRequest> queue : queues.values()) {
        dropped.addAll(queue);
        queue.clear();
      }
      liveWork.signalAll();
      backfillWork.signalAll();
    } finally {
      lock.unlock();
    }
    return dropped;
  }
}
