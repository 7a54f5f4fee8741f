package io.sketchstream.endtoend;

import io.sketchstream.broker.BrokerPorts;
import io.sketchstream.broker.ClusterNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A broker of a cluster in its own JVM, so that it can be killed.
final class BrokerProcess {
  private static final String HEAP = "-Xmx512m";

  private BrokerProcess() {}

  /// @param cluster the ports of all brokers
  /// @param number which of them this is, from 0
  static ServerProcess start(
      Path logs,
      Path directory,
      List<BrokerPorts> cluster,
      int number,
      List<ClusterNode.Way> ways) {
    List<String> command = new ArrayList<>(List.of(HEAP));
    try {
      // Too long for a command line where many jars are.
      Path arguments = Files.createTempFile(Files.createDirectories(logs), "broker", ".args");
      String classPath =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
      Files.writeString(arguments, "-cp \"" + classPath + "\"");
      command.add("@" + arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    command.add(BrokerProcess.class.getName());
    command.add(directory.toString());
    command.add(Integer.toString(number));
    command.add(Integer.toString(cluster.size()));
    for (BrokerPorts ports : cluster) {
      command.add(Integer.toString(ports.broker()));
      command.add(Integer.toString(ports.controller()));
    }
    for (ClusterNode.Way way : ways) {
      command.addAll(List.of(way.name(), Integer.toString(way.port()), way.address()));
    }
    return ServerProcess.launch(logs, "broker-" + (number + 1), command);
  }

  /// Runs until it is stopped.
  public static void main(String[] arguments) throws InterruptedException {
    int number = Integer.parseInt(arguments[1]);
    int size = Integer.parseInt(arguments[2]);
    List<BrokerPorts> cluster = new ArrayList<>();
    int next = 3;
    for (int i = 0; i < size; i++) {
      cluster.add(
          new BrokerPorts(
              Integer.parseInt(arguments[next++]), Integer.parseInt(arguments[next++])));
    }
    List<ClusterNode.Way> ways = new ArrayList<>();
    while (next < arguments.length) {
      ways.add(
          new ClusterNode.Way(
              arguments[next++], Integer.parseInt(arguments[next++]), arguments[next++]));
    }
    ClusterNode node = ClusterNode.start(Path.of(arguments[0]), cluster, number, ways);
    Runtime.getRuntime().addShutdownHook(new Thread(node::close));
    new CountDownLatch(1).await();
  }
}
