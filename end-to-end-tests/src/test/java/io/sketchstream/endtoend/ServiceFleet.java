package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.benchmarks.rollout.Addresses;
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

/// The four services, each in a process of its own that can be killed and started again.
///
/// **Owns:** the processes, until [#close].
final class ServiceFleet implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofMinutes(4);

  private final Path directory;
  private final String bootstrapServers;
  private final Map<String, Member> members = new LinkedHashMap<>();

  private record Member(URI address, List<String> flags, ServerProcess process) {}

  private ServiceFleet(Path directory, String bootstrapServers) {
    this.directory = directory;
    this.bootstrapServers = bootstrapServers;
  }

  /// Starts all and waits until they are ready.
  ///
  /// @param settings of all services, as flags of the JVM
  static ServiceFleet start(
      Path directory, String bootstrapServers, Path model, List<String> settings) {
    ServiceFleet fleet = new ServiceFleet(directory, bootstrapServers);
    boolean ready = false;
    try {
      fleet.add("query-service", settings, "-Dquery.state-dir=" + directory.resolve("index"));
      fleet.add(
          "training-service",
          settings,
          "-Dtraining.model=" + model,
          "-Dtraining.model-store=" + directory.resolve("models"));
      fleet.add("embed-service", settings);
      fleet.add("ingest-service", settings, "-Dingest.state-dir=" + directory.resolve("ingest"));
      fleet.services().forEach(fleet::awaitReady);
      ready = true;
      return fleet;
    } finally {
      if (!ready) {
        fleet.close();
      }
    }
  }

  List<String> services() {
    return List.copyOf(members.keySet());
  }

  Addresses addresses() {
    return new Addresses(
        members.get("ingest-service").address(),
        members.get("query-service").address(),
        members.get("training-service").address(),
        Map.of("bootstrap.servers", bootstrapServers));
  }

  void kill(String service) {
    members.get(service).process().kill();
  }

  /// Restarts a killed service on its old state and port.
  void restart(String service) {
    members.computeIfPresent(service, (_, was) -> launch(service, was.address(), was.flags()));
  }

  void awaitReady(String service) {
    Member member = members.get(service);
    try (GalleryClient client = new GalleryClient(member.address())) {
      Await.until(
          service + " is ready",
          READY_MAX,
          () -> !member.process().isRunning() || isReady(client),
          member.process()::report);
    }
    assertTrue(member.process().isRunning(), member.process()::report);
  }

  /// The output of all services.
  String report() {
    StringBuilder text = new StringBuilder();
    members.forEach((service, member) ->
        text.append("=== ").append(service).append('\n').append(member.process().report()));
    return text.toString();
  }

  @Override
  public void close() {
    members.values().forEach(member -> member.process().close());
  }

  private void add(String service, List<String> settings, String... own) {
    int port = BrokerPorts.free().broker();
    List<String> flags = new ArrayList<>(settings);
    flags.addAll(List.of(own));
    flags.add("-Dkafka.bootstrap.servers=" + bootstrapServers);
    flags.add("-Dquarkus.http.port=" + port);
    URI address = URI.create("http://127.0.0.1:" + port);
    members.put(service, launch(service, address, flags));
  }

  private Member launch(String service, URI address, List<String> flags) {
    return new Member(
        address,
        flags,
        ServerProcess.start(directory.resolve("output"), service, flags, List.of()));
  }

  private static boolean isReady(GalleryClient client) {
    try {
      return client.get("/q/health/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // It does not listen yet.
    }
  }
}
