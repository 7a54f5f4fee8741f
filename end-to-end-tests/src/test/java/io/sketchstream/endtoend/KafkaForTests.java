package io.sketchstream.endtoend;

import io.sketchstream.broker.EmbeddedBroker;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/// A Kafka for services in separate processes: a container if a Docker engine with the image is
/// available, else the embedded broker. The log says which.
///
/// **Owns:** the broker, until [#close].
final class KafkaForTests implements AutoCloseable {
  private static final String IMAGE =
      System.getenv().getOrDefault("SKETCHSTREAM_KAFKA_IMAGE", "apache/kafka:4.3.1");

  private final String bootstrapServers;
  private final AutoCloseable broker;

  private KafkaForTests(String bootstrapServers, AutoCloseable broker) {
    this.bootstrapServers = bootstrapServers;
    this.broker = broker;
  }

  /// @param directory where an embedded broker keeps its data
  static KafkaForTests start(Path directory) {
    if (DockerClientFactory.instance().isDockerAvailable()) {
      if (IMAGE.startsWith("sketchstream/")) {
        Composition.makeBases();
      }
      KafkaContainer container =
          new KafkaContainer(
              DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka"));
      try {
        container.start();
        System.out.println("Kafka for this test: container " + IMAGE);
        return new KafkaForTests(container.getBootstrapServers(), container);
      } catch (ContainerLaunchException e) {
        container.close();
        System.out.println("Docker answers, but not with " + IMAGE + ": " + e.getMessage());
      }
    }
    EmbeddedBroker embedded = EmbeddedBroker.start(directory);
    System.out.println("Kafka for this test: the embedded broker");
    return new KafkaForTests(embedded.bootstrapServers(), embedded);
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() throws Exception {
    broker.close();
  }
}
