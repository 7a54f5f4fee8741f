package io.sketchstream.training.rollout;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.sketchstream.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/// A broker for the tests that start the service as it is deployed.
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {
  private EmbeddedBroker broker;

  @Override
  public Map<String, String> start() {
    try {
      broker = EmbeddedBroker.start(Files.createTempDirectory("training-service-test"));
      return Map.of(
          "kafka.bootstrap.servers", broker.bootstrapServers(),
          "training.model-store", Files.createTempDirectory("model-store").toString(),
          "training.home", Files.createTempDirectory("training-home").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (broker != null) {
      broker.close();
    }
  }
}
