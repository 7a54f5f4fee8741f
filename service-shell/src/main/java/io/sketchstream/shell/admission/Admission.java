package io.sketchstream.shell.admission;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// Limits the bodies in progress and their memory, in all and for each address that they come from.
/// Never waits: one beyond the limits is refused.
///
/// **Threads:** any.
final class Admission {
  private static final int UNIT_BYTES = 1 << 10;

  private final Semaphore requests;
  private final Semaphore units;
  private final int unitsMax;
  private final int requestsShare;
  private final int unitsShare;
  private final Map<String, Held> addresses = new ConcurrentHashMap<>();

  /// The slots and the memory that the bodies of one address hold.
  private record Held(int requests, long units) {}

  /// @param share of all slots and memory that one address may hold, 0 to 1
  Admission(int requestsMax, long bytesMax, double share) {
    requests = new Semaphore(requestsMax);
    unitsMax = Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.max(1, bytesMax / UNIT_BYTES)));
    units = new Semaphore(unitsMax);
    requestsShare = Math.max(1, (int) (requestsMax * share));
    unitsShare = Math.max(1, (int) (unitsMax * share));
  }

  /// A slot among the bodies in progress; released once, however often it is closed.
  final class Ticket implements AutoCloseable {
    private final String address;
    private final int unitCount;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Ticket(String address, int unitCount) {
      this.address = address;
      this.unitCount = unitCount;
    }

    @Override
    public void close() {
      if (open.getAndSet(false)) {
        units.release(unitCount);
        requests.release();
        giveBack(address, unitCount);
      }
    }
  }

  /// @param address of the caller
  /// @param bytes how much memory the body may take; a body that exceeds the bound by itself is
  ///   admitted when there is no other
  /// @return empty when there are too many
  Optional<Ticket> tryEnter(String address, long bytes) {
    int unitCount = (int) Math.min(unitsMax, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    if (!take(address, unitCount)) {
      return Optional.empty();
    }
    if (enter(unitCount)) {
      return Optional.of(new Ticket(address, unitCount));
    }
    giveBack(address, unitCount);
    return Optional.empty();
  }

  /// Whether [#tryEnter] would find room now.
  boolean hasRoom(String address, long bytes) {
    Optional<Ticket> ticket = tryEnter(address, bytes);
    ticket.ifPresent(Ticket::close);
    return ticket.isPresent();
  }

  private boolean enter(int unitCount) {
    if (!requests.tryAcquire()) {
      return false;
    }
    if (!units.tryAcquire(unitCount)) {
      requests.release();
      return false;
    }
    return true;
  }

  /// Takes from the share of an address; a single body may exceed the share.
  private boolean take(String address, int unitCount) {
    boolean[] taken = new boolean[1];
    addresses.compute(
        address,
        (_, held) -> {
          Held before = held == null ? new Held(0, 0) : held;
          Held after = new Held(before.requests + 1, before.units + unitCount);
          taken[0] = held == null || after.requests <= requestsShare && after.units <= unitsShare;
          return taken[0] ? after : held;
        });
    return taken[0];
  }

  private void giveBack(String address, int unitCount) {
    addresses.computeIfPresent(
        address,
        (_, held) ->
            held.requests == 1 ? null : new Held(held.requests - 1, held.units - unitCount));
  }
}
