package io.sketchstream.embed;

import io.sketchstream.embed.InferenceExecutor.Job;
import io.sketchstream.embed.InferenceExecutor.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for the device, and which of it goes through the network next. Everything that waits
/// together for the same network goes through it in one forward pass, as long as a pass of images
/// stays short enough for a sketch to wait for it.
///
/// A sketch waits for no pass of the backfill, but shares caches and a core's units with one, and
/// is slower for it. So none begins while a sketch waits or is in a network, unless half the device
/// is idle or it has let enough passes of sketches by.
///
/// **Threads:** any. **Owns:** what waits, and what is known of each network's passes.
final class PassQueue {
  private static final List<Priority> LIVE =
      List.of(Priority.SKETCH, Priority.LIVE_IMAGE, Priority.OVERDUE_IMAGE);

  /// Where sketches never cease, a pass of the backfill lets so many of theirs by.
  private static final int LET_BY_MAX = 4;

  /// What goes through a network together.
  record Pass(Lane lane, Priority priority, List<Job> jobs) {}

  /// A network as this queue knows it; under its lock.
  static final class Place {
    private int running;
    private boolean shut;
    private double nanosPerImage;
  }

  private final EmbedOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition liveWork = lock.newCondition();
  private final Condition backfillWork = lock.newCondition();
  private final Condition passDone = lock.newCondition();
  private final Map<Priority, ArrayDeque<Job>> queues = new EnumMap<>(Priority.class);
  private int running;
  private int runningSketches;
  private long sketchPasses; // That are over.
  private boolean closed;

  PassQueue(EmbedOptions options) {
    this.options = options;
    for (Priority priority : Priority.values()) {
      queues.put(priority, new ArrayDeque<>());
    }
  }

  /// Whether it was taken: not for a network that is shut, and not once this is closed.
  boolean add(Job job, Priority priority) {
    lock.lock();
    try {
      if (!isOpen(job.lane().place())) {
        return false;
      }
      queues.get(priority).add(job);
      (priority == Priority.BACKFILL_IMAGE ? backfillWork : liveWork).signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Whether it still takes images for a network.
  boolean isOpen(Place place) {
    lock.lock();
    try {
      return !place.shut && !closed;
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

  /// Waits for the next pass that is not the backfill's; empty once this is closed.
  Optional<Pass> takeLive() {
    lock.lock();
    try {
      while (!closed) {
        for (Priority priority : LIVE) {
          if (!queues.get(priority).isEmpty()) {
            return Optional.of(begin(priority));
          }
        }
        liveWork.awaitUninterruptibly();
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the next pass of the backfill; empty once this is closed.
  Optional<Pass> takeBackfill() {
    lock.lock();
    try {
      long goesAfter = sketchPasses + LET_BY_MAX;
      while (!closed) {
        if (queues.get(Priority.BACKFILL_IMAGE).isEmpty()) {
          backfillWork.awaitUninterruptibly();
          goesAfter = sketchPasses + LET_BY_MAX;
        } else if (sketchPasses < goesAfter && sketchesNeedTheDevice()) {
          backfillWork.awaitUninterruptibly();
        } else {
          return Optional.of(begin(Priority.BACKFILL_IMAGE));
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// Processors are two to a core on most machines.
  private boolean sketchesNeedTheDevice() {
    boolean sketches = runningSketches > 0 || !queues.get(Priority.SKETCH).isEmpty();
    return sketches && running >= options.threads() / 2;
  }

  /// Takes the head of a queue and what follows it for the same network. What would fit into one
  /// pass is shared among the threads.
  private Pass begin(Priority priority) {
    ArrayDeque<Job> queue = queues.get(priority);
    Lane lane = queue.getFirst().lane();
    int sharing =
        priority == Priority.BACKFILL_IMAGE ? options.backfill().threads() : options.threads();
    int sizeMax = Math.min(sizeMax(priority, lane.place()), Math.ceilDiv(queue.size(), sharing));
    List<Job> jobs = new ArrayList<>(sizeMax);
    while (jobs.size() < sizeMax && !queue.isEmpty() && queue.getFirst().lane() == lane) {
      jobs.add(queue.removeFirst());
    }
    lane.place().running++;
    running++;
    if (priority == Priority.SKETCH) {
      runningSketches++;
    }
    return new Pass(lane, priority, jobs);
  }

  /// A sketch waits for no pass of the backfill, and those of sketches are its own.
  private int sizeMax(Priority priority, Place place) {
    boolean keepsWaiting = priority == Priority.LIVE_IMAGE || priority == Priority.OVERDUE_IMAGE;
    return keepsWaiting && place.nanosPerImage > 0
        ? (int)
            Math.clamp(
                options.imageBatchMax().toNanos() / place.nanosPerImage, 1, options.microBatchMax())
        : options.microBatchMax();
  }

  /// How long a network takes.
  void learn(Place place, long nanosPerImage) {
    lock.lock();
    try {
      place.nanosPerImage =
          place.nanosPerImage == 0
              ? nanosPerImage
              : 0.9 * place.nanosPerImage + 0.1 * nanosPerImage;
    } finally {
      lock.unlock();
    }
  }

  /// A pass that was taken is over, whatever came of it.
  void finished(Pass pass) {
    lock.lock();
    try {
      pass.lane().place().running--;
      running--;
      if (pass.priority() == Priority.SKETCH) {
        runningSketches--;
        sketchPasses++;
      }
      passDone.signalAll();
      backfillWork.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes nothing more for a network.
  ///
  /// @return what waited for it; empty where that was done before
  Optional<List<Job>> shut(Lane lane) {
    List<Job> dropped = new ArrayList<>();
    lock.lock();
    try {
      if (lane.place().shut) {
        return Optional.empty();
      }
      lane.place().shut = true;
      for (ArrayDeque<Job> queue : queues.values()) {
        queue.removeIf(job -> job.lane() == lane && dropped.add(job));
      }
      backfillWork.signalAll(); // The sketches that it waited for may be among them.
      return Optional.of(dropped);
    } finally {
      lock.unlock();
    }
  }

  /// Waits until no pass of a network runs.
  void awaitIdle(Place place) {
    lock.lock();
    try {
      while (place.running > 0) {
        passDone.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Ends all waits for passes.
  ///
  /// @return what still waited
  List<Job> close() {
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
    return dropped;
  }
}
