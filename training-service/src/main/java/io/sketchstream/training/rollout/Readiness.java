package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/// Whether a live generation can answer now: what there is, is embedded and indexed within a
/// moment. A standby generation whose loops have stopped would miss the newer images. No clock
/// tells that, neither of this process nor of those that wrote the images.
///
/// **Threads:** the controller's.
final class Readiness {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Admin admin;
  private final Duration behindMax;
  private final boolean requireIndex;

  /// @param behindMax how long a record may stay unprocessed
  Readiness(Admin admin, Duration behindMax, boolean requireIndex) {
    this.admin = admin;
    this.behindMax = behindMax;
    this.requireIndex = requireIndex;
  }

  /// What is missing, for people; empty when nothing is. Waits for it, if it may be about to come.
  Optional<String> missing(Generation generation) {
    GenerationCatchUp catchUp = new GenerationCatchUp(admin, generation, behindMax, requireIndex);
    long end = System.nanoTime() + behindMax.toNanos();
    try {
      while (!catchUp.isDone()) {
        if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
          return Optional.of(catchUp.missing());
        }
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
      }
      return Optional.empty();
    } catch (KafkaException e) {
      return Optional.of("its progress is unknown: " + e.getMessage());
    }
  }
}
