package io.sketchstream.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A real Kafka broker in this JVM: one KRaft node, controller and broker at once, on loopback. Its
/// data stays in its directory for the next start.
///
/// **Owns:** the directory, two ports and the broker's threads, until [#close].
public final class EmbeddedBroker implements AutoCloseable {
  private final BrokerNode node;
  private final BrokerPorts ports;

  private EmbeddedBroker(BrokerNode node, BrokerPorts ports) {
    this.node = node;
    this.ports = ports;
  }

  /// Formats the directory where it is new, and starts.
  ///
  /// @param directory where the broker keeps everything; made when missing
  /// @throws IllegalStateException when it can't start; names the directory and the reason
  public static EmbeddedBroker start(Path directory) {
    return start(directory, BrokerPorts.free());
  }

  /// Formats a new directory, and starts on given ports, so that the address is known before the
  /// start.
  ///
  /// @param directory where the broker keeps everything; made when missing
  /// @throws IllegalStateException when it can't start; names the directory and the reason
  public static EmbeddedBroker start(Path directory, BrokerPorts ports) {
    return new EmbeddedBroker(BrokerNode.start(directory, List.of(ports), 0), ports);
  }

  /// Starts a broker for one user: other users of the machine can reach the ports, but not log in.
  public static EmbeddedBroker start(Path directory, BrokerPorts ports, BrokerLogin login) {
    return start(directory, ports, login.broker("SASL_PLAINTEXT", ports));
  }

  /// Starts a broker with further settings, such as those of [BrokerLogin#broker] or
  /// [ClusterNode#settings].
  public static EmbeddedBroker start(
      Path directory, BrokerPorts ports, Map<String, String> settings) {
    return new EmbeddedBroker(BrokerNode.start(directory, List.of(ports), 0, settings), ports);
  }

  /// What clients connect to, such as `127.0.0.1:40123`.
  public String bootstrapServers() {
    return ports.bootstrapServers();
  }

  /// Stops the broker cleanly and waits until it has.
  @Override
  public void close() {
    node.close();
  }
}
