package io.sketchstream.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// The two loopback ports of a broker, known before it starts.
///
/// @param broker where clients connect
/// @param controller where the node talks to itself
public record BrokerPorts(int broker, int controller) {
  private static final String HOST = "127.0.0.1";

  // Below the ports that operating systems hand out to outgoing connections: a client that connects
  // before the broker listens could otherwise get this port as its own and connect to itself.
  private static final int FIRST = 20_000;
  private static final int LAST = 32_000;
  private static final int TRIES_MAX = 1_000;

  /// Finds two ports that nothing listens on. They are not held until the broker starts.
  ///
  /// @throws IllegalStateException when a thousand tries find none
  public static BrokerPorts free() {
    int broker = freePort(-1);
    return new BrokerPorts(broker, freePort(broker));
  }

  /// The given port for clients and a free one for the controller.
  ///
  /// @throws IllegalStateException when something listens on the port
  public static BrokerPorts withBroker(int port) {
    if (!isFree(port)) {
      throw new IllegalStateException("port " + port + " is in use");
    }
    return new BrokerPorts(port, freePort(port));
  }

  /// What clients connect to, such as `127.0.0.1:20123`.
  public String bootstrapServers() {
    return HOST + ":" + broker;
  }

  String controllerAddress() {
    return HOST + ":" + controller;
  }

  private static int freePort(int except) {
    for (int i = 0; i < TRIES_MAX; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (port != except && isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
