package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.BrokerPorts;
import io.sketchstream.testing.Await;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The processes of one test, stopped in reverse order.
final class Fleet implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofMinutes(4);

  private final Path directory;
  private final String bootstrapServers;
  private final Map<URI, ServerProcess> services = new LinkedHashMap<>();

  Fleet(Path directory, String bootstrapServers) {
    this.directory = directory;
    this.bootstrapServers = bootstrapServers;
  }

  URI start(String service, String... settings) {
    int port = BrokerPorts.free().broker();
    List<String> flags = new ArrayList<>(List.of(settings));
    flags.add("-Dkafka.bootstrap.servers=" + bootstrapServers);
    flags.add("-Dquarkus.http.port=" + port);
    URI address = URI.create("http://127.0.0.1:" + port);
    services.put(
        address, ServerProcess.start(directory.resolve("output"), service, flags, List.of()));
    return address;
  }

  void awaitReady() {
    services.keySet().forEach(this::awaitReady);
  }

  void awaitReady(URI address) {
    ServerProcess process = services.get(address);
    try (GalleryClient client = new GalleryClient(address)) {
      Await.until(
          address + " is ready",
          READY_MAX,
          () -> !process.isRunning() || isReady(client),
          process::report);
      assertTrue(process.isRunning(), process::report);
    }
  }

  private static boolean isReady(GalleryClient client) {
    try {
      return client.get("/q/health/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // It does not listen yet.
    }
  }

  /// The process that listens there.
  ServerProcess process(URI address) {
    return services.get(address);
  }

  /// Kills a process with SIGKILL, and forgets it.
  void kill(URI address) {
    services.remove(address).kill();
  }

  void stop() {
    for (ServerProcess process : List.copyOf(services.values()).reversed()) {
      int exitCode = process.terminate(StandaloneProcess.STOP_MAX);
      assertTrue(exitCode == 0 || exitCode == 143, process::report);
      assertFalse(process.crashed(), process::report);
    }
  }

  @Override
  public void close() {
    services.values().forEach(ServerProcess::close);
  }
}
