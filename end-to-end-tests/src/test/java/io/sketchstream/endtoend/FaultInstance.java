package io.sketchstream.endtoend;

import io.sketchstream.testing.Await;
import io.sketchstream.testing.TcpProxy;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One instance of a service, which can be killed, stopped, cut off and started again on its port
/// and its state, and whose disk and clock can fail.
///
/// **Threads:** one changes it, any may ask. **Owns:** the process, until [#close].
final class FaultInstance {
  private static final int REPORT_LENGTH_MAX = 6_000;

  /// Of a full disk: some bytes are always left.
  private static final long DISK_LEFT = 16 << 10;

  private final String service;
  private final String name;
  private final URI address;
  private final Path logs;
  private final List<String> flags;
  private final List<TcpProxy> kafka;
  private final TcpProxy peers;
  private final Optional<SmallDisk> disk;
  private final Optional<ShiftedClock> clock;
  private ServerProcess process;
  private volatile boolean disturbed;

  /// What an instance has that can fail.
  ///
  /// @param kafka its ways to the brokers
  /// @param peers the way of other instances to it
  /// @param disk of its state, where it has one of its own
  /// @param clock where it has one of its own
  record Surroundings(
      List<TcpProxy> kafka,
      TcpProxy peers,
      Optional<SmallDisk> disk,
      Optional<ShiftedClock> clock) {}

  FaultInstance(
      String name, URI address, Path logs, List<String> flags, Surroundings surroundings) {
    this.service = name.substring(0, name.lastIndexOf('-'));
    this.name = name;
    this.address = address;
    this.logs = logs;
    this.flags = List.copyOf(flags);
    this.kafka = List.copyOf(surroundings.kafka());
    this.peers = surroundings.peers();
    this.disk = surroundings.disk();
    this.clock = surroundings.clock();
  }

  String service() {
    return service;
  }

  String name() {
    return name;
  }

  URI address() {
    return address;
  }

  /// Whether a fault of it has begun and it was not ready since.
  boolean disturbed() {
    return disturbed;
  }

  void start() {
    Map<String, String> environment = clock.map(ShiftedClock::environment).orElse(Map.of());
    process = ServerProcess.start(logs, service, flags, List.of(), environment);
  }

  /// Starts it if it has ended by itself.
  void startIfEnded() {
    if (!process.isRunning()) {
      start();
    }
  }

  void kill() {
    disturbed = true;
    process.kill();
  }

  /// Stops it as an operator does.
  void terminate(Duration max) {
    disturbed = true;
    int _ = process.terminate(max);
  }

  void stop() {
    disturbed = true;
    process.signal("STOP");
  }

  void resume() {
    process.signal("CONT");
  }

  void cutOff() {
    disturbed = true;
    kafka.forEach(TcpProxy::cut);
  }

  void cutOffFromPeers() {
    disturbed = true;
    peers.cut();
  }

  void mend() {
    kafka.forEach(TcpProxy::mend);
    peers.mend();
  }

  boolean hasDisk() {
    return disk.isPresent();
  }

  void fillDisk() {
    disturbed = true;
    disk.orElseThrow().fill(DISK_LEFT);
  }

  void freeDisk() {
    disk.orElseThrow().empty();
  }

  boolean hasClock() {
    return clock.isPresent();
  }

  /// @param difference to the clock of the machine
  void setClock(Duration difference) {
    disturbed = disturbed || !difference.isZero();
    clock.orElseThrow().set(difference);
  }

  /// @throws AssertionError when it is not ready in time, or has ended
  void awaitReady(Duration max) {
    try (GalleryClient client = new GalleryClient(address)) {
      Await.until(
          name + " is ready", max, () -> !process.isRunning() || isReady(client), this::report);
    }
    if (!process.isRunning()) {
      throw new AssertionError(name + " has ended\n" + report());
    }
    disturbed = false;
  }

  private static boolean isReady(GalleryClient client) {
    try {
      return client.get("/q/health/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // It does not listen yet.
    }
  }

  /// The end of what it has printed.
  String report() {
    return "=== " + name + "\n" + (process == null ? "not started\n" : end(process.report()));
  }

  static String end(String text) {
    return text.substring(Math.max(0, text.length() - REPORT_LENGTH_MAX)) + "\n";
  }

  void close() {
    if (process != null) {
      process.close();
    }
    disk.ifPresent(SmallDisk::close);
  }
}
