package io.sketchstream.endtoend;

import io.sketchstream.broker.BrokerPorts;
import io.sketchstream.broker.ClusterNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Several real Kafka brokers in this JVM, every topic replicated to all, for tests of the loss of
/// one.
///
/// **Owns:** its brokers, until [#close].
final class BrokerCluster implements AutoCloseable {
  private final List<BrokerPorts> ports;
  private final List<ClusterNode> nodes;

  private BrokerCluster(List<BrokerPorts> ports, List<ClusterNode> nodes) {
    this.ports = ports;
    this.nodes = nodes;
  }

  /// Starts so many brokers and waits until all serve.
  ///
  /// @param directory holds a directory for each broker
  static BrokerCluster start(Path directory, int size) {
    List<BrokerPorts> ports = Stream.generate(BrokerPorts::free).distinct().limit(size).toList();
    List<Path> directories =
        IntStream.range(0, size).mapToObj(i -> directory.resolve("broker-" + (i + 1))).toList();
    ClusterNode.prepare(directories);
    // Together, since the first one waits for most of the others.
    try (ExecutorService starts = Executors.newFixedThreadPool(size)) {
      List<CompletableFuture<ClusterNode>> started = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        int number = i;
        started.add(
            CompletableFuture.supplyAsync(
                () -> ClusterNode.start(directories.get(number), ports, number, List.of()),
                starts));
      }
      return new BrokerCluster(ports, started.stream().map(CompletableFuture::join).toList());
    }
  }

  /// What clients connect to.
  String bootstrapServers() {
    return ports.stream().map(BrokerPorts::bootstrapServers).collect(Collectors.joining(","));
  }

  /// Stops all brokers; together, since the last ones alone would wait for the others.
  @Override
  public void close() {
    try (ExecutorService stops = Executors.newFixedThreadPool(nodes.size())) {
      nodes.forEach(node -> stops.execute(node::close));
    }
  }
}
