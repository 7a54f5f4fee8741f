package io.sketchstream.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One real Kafka broker of a cluster whose nodes are processes of their own, for tests that kill
/// them.
///
/// **Owns:** its directory, its ports and the broker's threads, until [#close].
public final class ClusterNode implements AutoCloseable {
  private final BrokerNode node;

  private ClusterNode(BrokerNode node) {
    this.node = node;
  }

  /// A further listener, which some clients reach through something in between.
  ///
  /// @param name of the listener: capital letters and digits
  /// @param port where it listens
  /// @param address where its clients connect, such as `127.0.0.1:40123`
  public record Way(String name, int port, String address) {}

  /// Makes the directories of the nodes of a new cluster. Called once, before any node starts.
  public static void prepare(List<Path> directories) {
    BrokerNode.prepare(directories);
  }

  /// Formats a new directory and starts; waits until most of the cluster is up.
  ///
  /// @param cluster the ports of all nodes
  /// @param number which of them this is, from 0
  /// @throws IllegalStateException when it can't start; names the directory and the reason
  public static ClusterNode start(
      Path directory, List<BrokerPorts> cluster, int number, List<Way> ways) {
    return new ClusterNode(
        BrokerNode.start(directory, cluster, number, settings(cluster.get(number), ways)));
  }

  /// The settings of the listeners of a node.
  public static Map<String, String> settings(BrokerPorts ports, List<Way> ways) {
    StringBuilder listeners = new StringBuilder("PLAINTEXT://" + ports.bootstrapServers());
    StringBuilder advertised = new StringBuilder(listeners);
    StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    for (Way way : ways) {
      listeners.append(',').append(way.name()).append("://127.0.0.1:").append(way.port());
      advertised.append(',').append(way.name()).append("://").append(way.address());
      protocols.append(',').append(way.name()).append(":PLAINTEXT");
    }
    listeners.append(",CONTROLLER://").append(ports.controllerAddress());
    Map<String, String> settings = new HashMap<>();
    settings.put("listeners", listeners.toString());
    settings.put("advertised.listeners", advertised.toString());
    settings.put("listener.security.protocol.map", protocols.toString());
    return settings;
  }

  /// Stops cleanly and waits until it has.
  @Override
  public void close() {
    node.close();
  }
}
