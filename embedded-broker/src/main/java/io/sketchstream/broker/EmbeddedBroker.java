package io.sketchstream.broker;

import java.nio.file.Path;
import java.util.List;

/// A real Kafka broker in this JVM: one KRaft node, controller and broker at once, on loopback.
/// What it stores survives in its directory; the next start finds it.
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

  /// Formats the directory where it is new, and starts on ports chosen before: whoever needs the
  /// address need not wait for the start.
  ///
  /// @param directory where the broker keeps everything; made when missing
  /// @throws IllegalStateException when it can't start; names the directory and the reason
  public static EmbeddedBroker start(Path directory, BrokerPorts ports) {
    return new EmbeddedBroker(BrokerNode.start(directory, List.of(ports), 0), ports);
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
