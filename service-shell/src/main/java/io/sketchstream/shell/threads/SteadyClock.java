package io.sketchstream.shell.threads;

import java.time.Instant;
import java.time.InstantSource;

/// The time of this process for deadlines: it starts with the clock of the machine, and then runs
/// evenly. Whoever sets that clock ends no search too early and lets none wait for hours. Its times
/// mean nothing to other processes, nor to this one after a restart.
///
/// **Threads:** any.
public enum SteadyClock implements InstantSource {
  /// The one of this process.
  INSTANCE;

  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();

  @Override
  public Instant instant() {
    return start.plusNanos(System.nanoTime() - startNanos);
  }
}
