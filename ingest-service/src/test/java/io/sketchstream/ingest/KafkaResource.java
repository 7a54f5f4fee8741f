package io.sketchstream.ingest;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.sketchstream.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/// A real broker and fresh directories for the service under test.
public final class KafkaResource implements QuarkusTestResourceLifecycleManager {
  private Path home;
  private EmbeddedBroker broker;

  @Override
  public Map<String, String> start() {
    try {
      home = Files.createTempDirectory("ingest-test");
      broker = EmbeddedBroker.start(home.resolve("kafka"));
      Path watched = Files.createDirectories(home.resolve("watched"));
      return Map.of(
          "kafka.bootstrap.servers", broker.bootstrapServers(),
          "ingest.state-dir", home.resolve("state").toString(),
          "ingest.watch", watched.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    broker.close();
    try (Stream<Path> all = Files.walk(home)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
