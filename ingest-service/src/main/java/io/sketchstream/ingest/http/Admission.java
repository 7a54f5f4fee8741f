package io.sketchstream.ingest.http;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// How many uploads may be under way at once, and how many bytes their bodies may hold in memory.
/// Nobody waits here: whoever does not fit is told to come back.
///
/// **Threads:** any.
final class Admission {
  private static final int UNIT_BYTES = 1 << 10;

  private final Semaphore requests;
  private final Semaphore units;
  private final int unitsMax;

  Admission(int requestsMax, long bytesMax) {
    requests = new Semaphore(requestsMax);
    unitsMax = Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.max(1, bytesMax / UNIT_BYTES)));
    units = new Semaphore(unitsMax);
  }

  /// The right to be under way; given back once, however often it is closed.
  final class Ticket implements AutoCloseable {
    private final int unitCount;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Ticket(int unitCount) {
      this.unitCount = unitCount;
    }

    @Override
    public void close() {
      if (open.getAndSet(false)) {
        units.release(unitCount);
        requests.release();
      }
    }
  }

  /// @param bytes how much memory the body may take; a body that alone exceeds the bound passes
  ///   when no other is there
  /// @return empty when there are too many
  Optional<Ticket> tryEnter(long bytes) {
    if (!requests.tryAcquire()) {
      return Optional.empty();
    }
    int unitCount = (int) Math.min(unitsMax, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    if (!units.tryAcquire(unitCount)) {
      requests.release();
      return Optional.empty();
    }
    return Optional.of(new Ticket(unitCount));
  }
}
