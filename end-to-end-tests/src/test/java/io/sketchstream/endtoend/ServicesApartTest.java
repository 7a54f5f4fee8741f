package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.broker.BrokerPorts;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Each of the four services in a process of its own: they share topics and nothing else.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ServicesApartTest {
  private static final Duration READY_MAX = Duration.ofMinutes(4);

  @TempDir Path directory;

  @Test
  void importAndSearchAcrossFourProcesses() throws Exception {
    try (KafkaForTests kafka = KafkaForTests.start(directory.resolve("kafka"));
        Fleet fleet = new Fleet(directory, kafka.bootstrapServers())) {
      // Query before training, training before embed: whatever comes first waits for the others.
      URI query = fleet.start("query-service", "-Dquery.state-dir=" + directory.resolve("index"));
      fleet.start(
          "training-service",
          "-Dtraining.model=" + TestModel.directory(),
          "-Dtraining.model-store=" + directory.resolve("models"));
      fleet.start("embed-service");
      URI ingest =
          fleet.start("ingest-service", "-Dingest.state-dir=" + directory.resolve("ingest"));
      fleet.awaitReady();
      try (GalleryClient gallery = new GalleryClient(ingest, query)) {
        String position = gallery.put("drawing", Pictures.png(1)).position();
        JsonNode answer = gallery.search(Pictures.png(1), 3, position);
        assertEquals(List.of("drawing"), GalleryClient.ids(answer), answer::toString);
        assertTrue(answer.at("/shards/total").asInt() > 0);
      }
      fleet.stop();
    }
  }

  /// The processes of one test, stopped in reverse order.
  private static final class Fleet implements AutoCloseable {
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
      services.forEach((address, process) -> {
        try (GalleryClient client = new GalleryClient(address)) {
          Await.until(
              address + " is ready",
              READY_MAX,
              () -> !process.isRunning() || isReady(client),
              process::report);
          assertTrue(process.isRunning(), process::report);
        }
      });
    }

    private static boolean isReady(GalleryClient client) {
      try {
        return client.get("/q/health/ready").statusCode() == 200;
      } catch (UncheckedIOException e) {
        return false; // It does not listen yet.
      }
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
}
