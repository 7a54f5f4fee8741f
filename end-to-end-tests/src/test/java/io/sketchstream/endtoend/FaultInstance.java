package io.sketchstream.endtoend;

import io.sketchstream.testing.Await;
import io.sketchstream.testing.TcpProxy;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// One instance of a service, which can be killed, stopped, cut off and started again on its port
/// and its state.
///
/// **Threads:** one changes it, any may ask. **Owns:** the process, until [#close].
final class FaultInstance {
  private static final int REPORT_LENGTH_MAX = 6_000;

  private final String service;
  private final String name;
  private final URI address;
  private final Path logs;
  private final List<String> flags;
  private final List<TcpProxy> kafka;
  private final TcpProxy peers;
  private ServerProcess process;
  private volatile boolean disturbed;

  /// @param kafka its ways to the brokers
  /// @param peers the way of other instances to it
  FaultInstance(
      String service,
      String name,
      URI address,
      Path logs,
      List<String> flags,
      List<TcpProxy> kafka,
      TcpProxy peers) {
    this.service = service;
    this.name = name;
    this.address = address;
    this.logs = logs;
    this.flags = List.copyOf(flags);
    this.kafka = List.copyOf(kafka);
    this.peers = peers;
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
    process = ServerProcess.start(logs, service, flags, List.of());
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
  }
}
