package io.sketchstream.images.process;

import io.sketchstream.events.Sha256;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.Frames.Answer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A few decoder processes, shared by everything in this JVM that opens untrusted files. They are
/// started on demand; one stays warm. A killed process is replaced at once.
///
/// A file whose process died is retried once in a new process, because the death may have another
/// cause; if that one dies, too, the file is refused, now and later. A file that times out is
/// refused at once, unless its process had a processor for less than a quarter of that time: then
/// the machine is too busy, up to three times. A caller in a hurry may leave a file less time than
/// it may take; then it is not refused either. A file that takes longer than such a caller allows
/// is refused, but later only if it had its full time.
///
/// **Threads:** any may call; calls block. **Owns:** the processes and the thread
/// `decoder-watchdog`, which kills and replaces them.
public final class DecoderPool {
  private static final int ATTEMPTS_MAX = 2;
  private static final int STARVED_MAX = 3;
  private static final int SPARE_IDLE_SECONDS = 60;
  private static final int FAILED_STARTS_SHOWN = 2;

  private final int processesMax;
  private final List<String> classes;
  private final Semaphore slots;
  private final Semaphore unhurriedPlaces;
  private final ConcurrentLinkedDeque<DecoderProcess> idle = new ConcurrentLinkedDeque<>();
  private final KillerFiles killers = new KillerFiles();
  private final ScheduledThreadPoolExecutor watchdog;
  private volatile int failedStarts;
  private volatile String startProblem = "";

  /// The pool of this JVM.
  private static final class Shared {
    static final DecoderPool POOL =
        new DecoderPool(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8), List.of());
  }

  /// @param processesMax how many files are opened at once
  /// @param classes of tasks that are not in this module
  DecoderPool(int processesMax, List<String> classes) {
    this.processesMax = processesMax;
    this.classes = List.copyOf(classes);
    slots = new Semaphore(processesMax, true);
    unhurriedPlaces = new Semaphore(Math.max(1, processesMax - 1), true);
    watchdog =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "decoder-watchdog");
              thread.setDaemon(true);
              return thread;
            });
    watchdog.setRemoveOnCancelPolicy(true);
    watchdog.scheduleWithFixedDelay(
        this::closeSpares, SPARE_IDLE_SECONDS, SPARE_IDLE_SECONDS, TimeUnit.SECONDS);
  }

  public static DecoderPool shared() {
    return Shared.POOL;
  }

  /// Starts a process in the background, so that the first file does not wait for it.
  public void warm() {
    watchdog.execute(this::startSpare);
  }

  /// Decodes a file in a decoder process.
  ///
  /// @throws RefusedImageException when it cannot be decoded, for any reason
  /// @throws DecoderUnavailableException when no process was free in time
  /// @throws CancellationException when the calling thread is interrupted while it waits
  public BufferedImage run(DecoderJob job) throws RefusedImageException {
    String hash = Sha256.hex(job.file());
    Optional<String> known = killers.reason(hash);
    if (known.isPresent()) {
      throw new RefusedImageException(known.get());
    }
    long deadline = System.nanoTime() + job.patience().timeout().toNanos();
    Semaphore share = job.patience().urgent() ? null : unhurriedPlaces;
    acquire(share, deadline);
    try {
      acquire(slots, deadline);
      try {
        return runNow(job, hash, deadline);
      } finally {
        slots.release();
      }
    } finally {
      if (share != null) {
        share.release();
      }
    }
  }

  /// The problem of the whole pool, for health checks; empty when it works.
  public Optional<String> problem() {
    return failedStarts >= FAILED_STARTS_SHOWN
        ? Optional.of("decoder processes do not start: " + startProblem)
        : Optional.empty();
  }

  /// Number of files that are being decoded now.
  public int busy() {
    return processesMax - slots.availablePermits();
  }

  private BufferedImage runNow(DecoderJob job, String hash, long deadline)
      throws RefusedImageException {
    for (int attempt = 1; ; attempt++) {
      DecoderProcess process = take();
      Duration timeout = timeout(job, deadline);
      boolean keep = false;
      try {
        Answer answer = process.run(job, timeout);
        keep = !answer.spent();
        return answer.imageOrRefusal();
      } catch (TimeoutException e) {
        throw tookTooLong(job, timeout, hash, e);
      } catch (IOException e) {
        if (attempt == ATTEMPTS_MAX) {
          String reason = "the file is damaged: it ended the process that decodes it";
          killers.add(hash, reason);
          throw new RefusedImageException(reason, e);
        }
      } finally {
        if (keep) {
          idle.push(process);
        } else {
          process.close();
          warm();
        }
      }
    }
  }

  private static Duration timeout(DecoderJob job, long deadline) {
    if (!job.patience().urgent()) {
      return job.decodeMax();
    }
    Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    return left.compareTo(job.decodeMax()) < 0 ? left : job.decodeMax();
  }

  private RefusedImageException tookTooLong(
      DecoderJob job, Duration timeout, String hash, TimeoutException e) {
    if (!isMostOf(job.decodeMax(), timeout)) {
      throw new DecoderUnavailableException("too little time was left to decode it; try again", e);
    }
    String reason = "decoding takes longer than " + text(job.decodeMax());
    if (e instanceof DecoderProcess.StarvedException) {
      if (killers.starved(hash) < STARVED_MAX) {
        throw new DecoderUnavailableException("this machine is too busy to decode; try again", e);
      }
    } else if (isMostOf(job.fileMax(), timeout)) {
      killers.add(hash, reason);
    }
    return new RefusedImageException(reason, e);
  }

  private static boolean isMostOf(Duration limit, Duration time) {
    return time.compareTo(limit.multipliedBy(3).dividedBy(4)) >= 0;
  }

  private DecoderProcess take() {
    for (DecoderProcess process = idle.poll(); process != null; process = idle.poll()) {
      if (process.isAlive()) {
        return process;
      }
    }
    return start();
  }

  private DecoderProcess start() {
    try {
      DecoderProcess process = new DecoderProcess(watchdog, classes);
      failedStarts = 0;
      return process;
    } catch (IOException | DecoderUnavailableException e) {
      startProblem = String.valueOf(e.getMessage());
      failedStarts = Math.min(failedStarts + 1, FAILED_STARTS_SHOWN);
      throw new DecoderUnavailableException("no decoder process: " + e.getMessage(), e);
    }
  }

  private void startSpare() {
    if (!idle.isEmpty()) {
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("decoder-start")
        .start(() -> {
          try {
            idle.push(start());
          } catch (DecoderUnavailableException _) {
            // Shown by #problem; the next caller tries again.
          }
        });
  }

  private void closeSpares() {
    while (idle.size() > 1) {
      DecoderProcess spare = idle.pollLast();
      if (spare != null) {
        spare.close();
      }
    }
  }

  private static void acquire(Semaphore semaphore, long deadline) {
    if (semaphore == null) {
      return;
    }
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!semaphore.tryAcquire(left, TimeUnit.NANOSECONDS)) {
        throw new DecoderUnavailableException("too many files are being decoded; try again");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a decoder process");
    }
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
