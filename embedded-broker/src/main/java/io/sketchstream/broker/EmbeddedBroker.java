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

  /// Starts with a single listener that requires TLS and a password (`SASL_SSL`, mechanism
  /// `PLAIN`).
  ///
  /// @param keyStore PKCS 12, with a certificate for 127.0.0.1
  /// @param password of the key store and of all its users
  /// @param user who may connect
  public static EmbeddedBroker startSecured(
      Path directory, Path keyStore, String password, String user) {
    BrokerPorts ports = BrokerPorts.free();
    String login = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    String listener = "SASL_SSL://" + ports.bootstrapServers();
    Map<String, String> secured = new HashMap<>();
    secured.put("listeners", listener + ",CONTROLLER://" + ports.controllerAddress());
    secured.put("advertised.listeners", listener);
    secured.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT");
    secured.put("inter.broker.listener.name", "SASL_SSL");
    secured.put("sasl.enabled.mechanisms", "PLAIN");
    secured.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    secured.put(
        "listener.name.sasl_ssl.plain.sasl.jaas.config",
        login
            + " username=\"broker\" password=\"%1$s\" user_broker=\"%1$s\" user_%2$s=\"%1$s\";"
                .formatted(password, user));
    for (String store : List.of("ssl.keystore", "ssl.truststore")) {
      secured.put(store + ".location", keyStore.toString());
      secured.put(store + ".password", password);
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
    String direct = "PLAINTEXT://" + ports.bootstrapServers();
    Map<String, String> special =
        Map.of(
            "listeners",
            direct + ",BEHIND://127.0.0.1:" + port + ",CONTROLLER://" + ports.controllerAddress(),
            "advertised.listeners",
            direct + ",BEHIND://" + address,
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,BEHIND:PLAINTEXT,CONTROLLER:PLAINTEXT");
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
