package io.sketchstream.query.http;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.sketchstream.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A real broker and an empty index directory for the application under test.
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {
  private EmbeddedBroker broker;

  @Override
  public Map<String, String> start() {
    try {
      Path home = Files.createTempDirectory("query-service-test");
      broker = EmbeddedBroker.start(home.resolve("kafka"));
      return Map.of(
          "kafka.bootstrap.servers",
          broker.bootstrapServers(),
          "query.state-dir",
          home.resolve("index").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    broker.close();
  }
}
