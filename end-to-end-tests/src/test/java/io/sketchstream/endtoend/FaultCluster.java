package io.sketchstream.endtoend;

import io.sketchstream.broker.BrokerPorts;
import io.sketchstream.broker.ClusterNode;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.TcpProxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;

/// Three brokers and two instances of each service, all of them processes. Each instance has a
/// network of its own to the brokers, which can be cut, and so has each query service to the other.
///
/// **Owns:** the processes and the networks, until [#close].
final class FaultCluster implements AutoCloseable {
  static final int BROKERS = 3;
  static final int PARTITIONS = 3;
  static final Duration SESSION = Duration.ofSeconds(6);

  /// The services with files of their own.
  static final Set<String> STATEFUL = Set.of("query-service", "ingest-service");

  /// How long removals stay in Kafka. State is rebuilt at half of it, and says each minute that it
  /// is up to date.
  private static final Duration TOMBSTONE_RETENTION = Duration.ofMinutes(4);

  /// Brokers compact all the time.
  private static final Map<String, String> COMPACTION =
      Map.of(
          "log.roll.ms", "10000",
          "log.cleaner.backoff.ms", "2000",
          "log.cleaner.min.cleanable.ratio", "0.01");

  private static final long DISK_SIZE = 192L << 20;
  private static final Duration READY_MAX = Duration.ofMinutes(6);

  private final Path directory;
  private final List<BrokerPorts> ports =
      Stream.generate(BrokerPorts::free).distinct().limit(BROKERS).toList();
  private final List<List<ClusterNode.Way>> ways = new ArrayList<>();
  private final ServerProcess[] brokers = new ServerProcess[BROKERS];
  private final Map<String, FaultInstance> instances = new LinkedHashMap<>();
  private final List<TcpProxy> networks = new ArrayList<>();
  private final Admin admin;
  private Optional<Path> clock = Optional.empty();

  private FaultCluster(Path directory) {
    this.directory = directory;
    for (int broker = 0; broker < BROKERS; broker++) {
      ways.add(new ArrayList<>());
    }
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  }

  /// Starts all and waits until they are ready.
  static FaultCluster start(Path directory, Path model) {
    FaultCluster cluster = new FaultCluster(directory);
    boolean ready = false;
    try {
      cluster.plan(model);
      cluster.startBrokers();
      cluster.instances.values().forEach(FaultInstance::start);
      cluster.instances.values().forEach(instance -> instance.awaitReady(READY_MAX));
      ready = true;
      return cluster;
    } finally {
      if (!ready) {
        cluster.close();
      }
    }
  }

  private void plan(Path model) {
    clock = ShiftedClock.compile(directory.resolve("clock"));
    for (int number = 1; number <= 2; number++) {
      add("query-service", number, "-Xmx512m", "-Dquery.session-timeout=" + SESSION);
      add(
          "training-service",
          number,
          "-Dtraining.model=" + model,
          "-Dtraining.model-store=" + directory.resolve("models"));
      add(
          "embed-service",
          number,
          "-Dembed.session-timeout=" + SESSION,
          "-Dembed.backfill.niceness=5"); // Nothing is idle here.
      add("ingest-service", number, "-Xmx512m");
    }
    if (clock.isEmpty()) {
      System.out.println("without a C compiler, no clock is moved");
    }
    if (instances.values().stream().noneMatch(FaultInstance::hasDisk)) {
      System.out.println("only root can mount small disks: none fills up");
    }
  }

  private void add(String service, int number, String... own) {
    List<TcpProxy> kafka = new ArrayList<>();
    for (int broker = 0; broker < BROKERS; broker++) {
      int port = BrokerPorts.free().broker();
      TcpProxy proxy = new TcpProxy(port);
      kafka.add(proxy);
      ways.get(broker).add(new ClusterNode.Way("WAY" + instances.size(), port, proxy.address()));
    }
    int port = BrokerPorts.free().broker();
    TcpProxy peers = new TcpProxy(port);
    String name = service + "-" + number;
    Path state = directory.resolve(name);
    List<String> flags = new ArrayList<>(List.of(own));
    flags.add("-Dquarkus.http.port=" + port);
    flags.add(
        "-Dkafka.bootstrap.servers="
            + kafka.stream().map(TcpProxy::address).collect(Collectors.joining(",")));
    flags.add("-Dtopics.partitions=" + PARTITIONS);
    flags.add("-Dtopics.replication=" + BROKERS);
    flags.add("-Dquery.address=" + peers.address());
    flags.add("-Dquery.state-dir=" + state);
    flags.add("-Dingest.state-dir=" + state);
    flags.add("-Dtopics.tombstone-retention=" + TOMBSTONE_RETENTION);
    networks.addAll(kafka);
    networks.add(peers);
    instances.put(
        name,
        new FaultInstance(
            name,
            URI.create("http://127.0.0.1:" + port),
            directory.resolve("output"),
            flags,
            new FaultInstance.Surroundings(
                kafka,
                peers,
                STATEFUL.contains(service) ? SmallDisk.mount(state, DISK_SIZE) : Optional.empty(),
                clock.map(library ->
                    ShiftedClock.of(library, library.resolveSibling(name + ".ahead"))))));
  }

  private void startBrokers() {
    List<Path> directories = new ArrayList<>();
    for (int broker = 0; broker < BROKERS; broker++) {
      directories.add(brokerDirectory(broker));
    }
    ClusterNode.prepare(directories);
    for (int broker = 0; broker < BROKERS; broker++) {
      startBroker(broker);
    }
    Await.until("the brokers", READY_MAX, this::allBrokers, this::report);
    compactOften();
    new TopicProvisioner(PARTITIONS, (short) BROKERS, TOMBSTONE_RETENTION).createPermanent(admin);
  }

  private void compactOften() {
    List<AlterConfigOp> changes =
        COMPACTION.entrySet().stream()
            .map(entry -> new ConfigEntry(entry.getKey(), entry.getValue()))
            .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
            .toList();
    try {
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.BROKER, ""), changes))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path brokerDirectory(int broker) {
    return directory.resolve("broker-" + (broker + 1));
  }

  void startBroker(int broker) {
    brokers[broker] =
        BrokerProcess.start(
            directory.resolve("output"), brokerDirectory(broker), ports, broker, ways.get(broker));
  }

  ServerProcess broker(int broker) {
    return brokers[broker];
  }

  /// Waits until every partition has all its copies again: before that the loss of another broker
  /// may stop the writes.
  ///
  /// @throws AssertionError when it has not in time
  void awaitBrokers() {
    Await.until("all brokers are in sync", READY_MAX, this::inSync, this::report);
  }

  private boolean allBrokers() {
    try {
      return admin.describeCluster().nodes().get().size() == BROKERS;
    } catch (ExecutionException | KafkaException e) {
      return false; // They are starting.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean inSync() {
    try {
      Set<String> names = new HashSet<>(admin.listTopics().names().get());
      names.add("__consumer_offsets");
      Collection<TopicDescription> topics =
          admin.describeTopics(names).allTopicNames().get().values();
      return allBrokers()
          && topics.stream()
              .flatMap(topic -> topic.partitions().stream())
              .allMatch(partition -> partition.isr().size() == BROKERS);
    } catch (ExecutionException | KafkaException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The brokers, past the networks of the services.
  String bootstrapServers() {
    return ports.stream().map(BrokerPorts::bootstrapServers).collect(Collectors.joining(","));
  }

  Admin admin() {
    return admin;
  }

  /// Both instances of a service.
  List<FaultInstance> instances(String service) {
    return instances.values().stream().filter(one -> one.service().equals(service)).toList();
  }

  List<FaultInstance> instances() {
    return List.copyOf(instances.values());
  }

  /// The end of what everything has printed.
  String report() {
    StringBuilder report = new StringBuilder();
    for (int broker = 0; broker < BROKERS; broker++) {
      if (brokers[broker] != null) {
        report.append("=== broker ").append(broker + 1).append('\n');
        report.append(FaultInstance.end(brokers[broker].report()));
      }
    }
    instances.values().forEach(instance -> report.append(instance.report()));
    return report.toString();
  }

  @Override
  public void close() {
    networks.forEach(TcpProxy::mend);
    instances.values().forEach(FaultInstance::close);
    admin.close(Duration.ZERO);
    for (ServerProcess broker : brokers) {
      if (broker != null) {
        broker.close();
      }
    }
    networks.forEach(TcpProxy::close);
  }
}
