package io.sketchstream.broker;

import java.nio.file.Path;
import java.util.HashMap;
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

  /// The same for one user alone: other users of the machine can reach the ports, but not log in.
  public static EmbeddedBroker start(Path directory, BrokerPorts ports, BrokerLogin login) {
    Map<String, String> closed = login.broker("SASL_PLAINTEXT", ports);
    return new EmbeddedBroker(BrokerNode.start(directory, List.of(ports), 0, closed), ports);
  }

  /// Starts with listeners that require TLS and a login (`SASL_SSL`, mechanism `PLAIN`).
  ///
  /// @param keyStore PKCS 12, with a certificate for 127.0.0.1, opened by the password of the login
  public static EmbeddedBroker startSecured(Path directory, Path keyStore, BrokerLogin login) {
    BrokerPorts ports = BrokerPorts.free();
    Map<String, String> secured = new HashMap<>(login.broker("SASL_SSL", ports));
    for (String store : List.of("ssl.keystore", "ssl.truststore")) {
      secured.put(store + ".location", keyStore.toString());
      secured.put(store + ".password", login.password());
      secured.put(store + ".type", "PKCS12");
    }
    return new EmbeddedBroker(BrokerNode.start(directory, List.of(ports), 0, secured), ports);
  }

  /// Starts with a second listener, which clients reach through something in between.
  ///
  /// @param port where it listens
  /// @param address where its clients connect, such as `127.0.0.1:40123`
  public static EmbeddedBroker startBehind(Path directory, int port, String address) {
    BrokerPorts ports = BrokerPorts.free();
    Map<String, String> special =
        ClusterNode.settings(ports, List.of(new ClusterNode.Way("BEHIND", port, address)));
    return new EmbeddedBroker(BrokerNode.start(directory, List.of(ports), 0, special), ports);
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
