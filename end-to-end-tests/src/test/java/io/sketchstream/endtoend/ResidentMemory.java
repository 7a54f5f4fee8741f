package io.sketchstream.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Watches the resident memory of a process and all that it started, decoders for instance.
///
/// **Threads:** one of its own, until [#close].
final class ResidentMemory implements AutoCloseable {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PAGE_SIZE = 4096;

  private final ProcessHandle process;
  private final Thread thread;
  private volatile long peak;

  ResidentMemory(long pid) {
    process = ProcessHandle.of(pid).orElseThrow();
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("resident-memory")
            .start(() -> {
              while (!Thread.interrupted()) {
                peak = Math.max(peak, now());
                LockSupport.parkNanos(INTERVAL_NANOS);
              }
            });
  }

  /// In bytes.
  long now() {
    return Stream.concat(Stream.of(process), process.descendants())
        .mapToLong(ResidentMemory::resident)
        .sum();
  }

  /// The most since the last call, in bytes.
  long takePeak() {
    long most = Math.max(peak, now());
    peak = 0;
    return most;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private static long resident(ProcessHandle one) {
    try {
      String statm = Files.readString(Path.of("/proc/" + one.pid() + "/statm"));
      return PAGE_SIZE * Long.parseLong(statm.split(" ")[1]);
    } catch (IOException _) {
      return 0; // It has ended.
    }
  }
}
