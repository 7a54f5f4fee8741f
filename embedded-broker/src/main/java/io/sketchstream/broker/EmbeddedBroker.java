package io.sketchstream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// A real Kafka broker in this JVM: one KRaft node, controller and broker at once, on loopback.
/// What it stores survives in its directory; the next start finds it.
///
/// **Owns:** the directory, two ports and the broker's threads, until [#close].
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE_ID = 1;

  private final KafkaRaftServer server;
  private final BrokerPorts ports;

  private EmbeddedBroker(KafkaRaftServer server, BrokerPorts ports) {
    this.server = server;
    this.ports = ports;
  }

  /// Formats the directory where it is new, and starts.
  ///
  /// @param directory where the broker keeps everything; made when missing
  /// @throws IllegalStateException when it can't start; names the directory and the reason
  public static EmbeddedBroker start(Path directory) {
    return start(directory, BrokerPorts.free());
  }

  /// Formats the directory where it is new, and starts on ports chosen before: whoever needs the
  /// address need not wait for the start.
  ///
  /// @param directory where the broker keeps everything; made when missing
  /// @throws IllegalStateException when it can't start; names the directory and the reason
  public static EmbeddedBroker start(Path directory, BrokerPorts ports) {
    try {
      Files.createDirectories(directory);
      Properties settings = settings(directory, ports);
      format(directory);
      KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.apply(settings, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedBroker(server, ports);
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "no Kafka broker can start in " + directory + ": " + e.getMessage(), e);
    } catch (Exception e) {
      throw new IllegalStateException("no Kafka broker can start in " + directory, e);
    }
  }

  /// What clients connect to, such as `127.0.0.1:40123`.
  public String bootstrapServers() {
    return ports.bootstrapServers();
  }

  /// Stops the broker cleanly and waits until it has.
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Properties settings(Path directory, BrokerPorts ports) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    String plaintext = "PLAINTEXT://" + ports.bootstrapServers();
    settings.put("listeners", plaintext + ",CONTROLLER://" + ports.controllerAddress());
    settings.put("advertised.listeners", plaintext);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("controller.quorum.voters", NODE_ID + "@" + ports.controllerAddress());
    settings.put("log.dirs", directory.toString());
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("default.replication.factor", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("auto.create.topics.enable", "false");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("log.cleaner.threads", "1");
    settings.put("log.cleaner.dedupe.buffer.size", "16777216");
    settings.put("replica.fetch.max.bytes", Integer.toString(8 << 20));
    return settings;
  }

  /// The cluster id stays beside the data: a broker refuses a directory of another cluster.
  private static void format(Path directory) throws Exception {
    Path clusterIdFile = directory.resolve("cluster.id");
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    String clusterId =
        Files.exists(clusterIdFile)
            ? Files.readString(clusterIdFile).strip()
            : Uuid.randomUuid().toString();
    Files.writeString(clusterIdFile, clusterId + "\n", UTF_8);
    new Formatter()
        .setClusterId(clusterId)
        .setNodeId(NODE_ID)
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(directory.toString())
        .addDirectory(directory.toString())
        .setIgnoreFormatted(true)
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
        .run();
  }
}
