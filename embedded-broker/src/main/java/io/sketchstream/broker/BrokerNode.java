package io.sketchstream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// One KRaft node, controller and broker at once, of a cluster whose nodes know each other's ports.
///
/// **Owns:** its directory, two ports and the broker's threads, until [#close].
final class BrokerNode implements AutoCloseable {
  private final KafkaRaftServer server;

  private BrokerNode(KafkaRaftServer server) {
    this.server = server;
  }

  /// Formats a new directory, starts, and waits until the node serves, for which most of the
  /// cluster must be up.
  ///
  /// @param cluster the ports of all nodes
  /// @param number which of them this is
  static BrokerNode start(Path directory, List<BrokerPorts> cluster, int number) {
    return start(directory, cluster, number, Map.of());
  }

  /// @param special settings of the broker, which override or complete the default ones
  static BrokerNode start(
      Path directory, List<BrokerPorts> cluster, int number, Map<String, String> special) {
    try {
      Files.createDirectories(directory);
      LogFileNames.useAsciiDigits(directory);
      Properties settings = settings(directory, cluster, number);
      settings.putAll(special);
      format(directory, number + 1);
      KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.apply(settings, false), Time.SYSTEM);
      server.startup();
      return new BrokerNode(server);
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "no Kafka broker can start in " + directory + ": " + e.getMessage(), e);
    } catch (Exception e) {
      throw new IllegalStateException("no Kafka broker can start in " + directory, e);
    }
  }

  /// Gives the directories of a new cluster's nodes one cluster id.
  static void prepare(List<Path> directories) {
    try {
      String clusterId = Uuid.randomUuid().toString();
      for (Path directory : directories) {
        Files.createDirectories(directory);
        Path file = clusterIdFile(directory);
        if (!Files.exists(file)) {
          Files.writeString(file, clusterId + "\n", UTF_8);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("no Kafka cluster can start in " + directories, e);
    }
  }

  /// Stops cleanly and waits until it has.
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Properties settings(Path directory, List<BrokerPorts> cluster, int number) {
    BrokerPorts ports = cluster.get(number);
    String copies = Integer.toString(cluster.size());
    String copiesMin = Integer.toString(cluster.size() / 2 + 1);
    List<String> voters = new ArrayList<>();
    for (int i = 0; i < cluster.size(); i++) {
      voters.add(i + 1 + "@" + cluster.get(i).controllerAddress());
    }
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(number + 1));
    String plaintext = "PLAINTEXT://" + ports.bootstrapServers();
    settings.put("listeners", plaintext + ",CONTROLLER://" + ports.controllerAddress());
    settings.put("advertised.listeners", plaintext);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("controller.quorum.voters", String.join(",", voters));
    settings.put("log.dirs", directory.toString());
    settings.put("offsets.topic.replication.factor", copies);
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", copies);
    settings.put("transaction.state.log.min.isr", copiesMin);
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", copies);
    settings.put("share.coordinator.state.topic.min.isr", copiesMin);
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("default.replication.factor", copies);
    settings.put("min.insync.replicas", copiesMin);
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
  private static void format(Path directory, int nodeId) throws Exception {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    prepare(List.of(directory));
    new Formatter()
        .setClusterId(Files.readString(clusterIdFile(directory)).strip())
        .setNodeId(nodeId)
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(directory.toString())
        .addDirectory(directory.toString())
        .setIgnoreFormatted(true)
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
        .run();
  }

  private static Path clusterIdFile(Path directory) {
    return directory.resolve("cluster.id");
  }
}
