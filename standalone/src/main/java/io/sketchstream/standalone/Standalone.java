package io.sketchstream.standalone;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.sketchstream.broker.BrokerPorts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Runs the whole of Sketchstream on one machine.
///
/// ```
/// up:   home locked ──> broker ─┐
///                    Quarkus ───┴──> services ──> ready
/// down: HTTP ──> services' loops and their Kafka clients ──> broker ──> home released
/// ```
///
/// Exit code: 0 after an orderly stop, 1 when it can't start or the broker fails, 2 for an invalid
/// command line.
@QuarkusMain(name = "standalone")
public final class Standalone {
  private static final Duration STOP_MAX = Duration.ofSeconds(9);
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  // Created before a second thread exists: two threads that initialise the log manager deadlock.
  private static final Logger LOG = Logger.getLogger(Standalone.class);

  // Strong references, because a logger that is collected loses its level.
  private static final List<java.util.logging.Logger> TALKATIVE =
      Stream.of("kafka", "org.apache.kafka", "state.change.logger", "org.hibernate")
          .map(java.util.logging.Logger::getLogger)
          .toList();

  private Standalone() {}

  public static void main(String... args) {
    // Their messages before Quarkus configures the log are queued, and would be printed if it never
    // does.
    TALKATIVE.forEach(logger -> logger.setLevel(Level.WARNING));
    // Kafka names its files by the digits of the default locale.
    Locale.setDefault(Locale.ROOT);
    int exitCode;
    try {
      UpOptions options = UpOptions.parse(args);
      if (options.help().isPresent()) {
        System.out.print(options.help().get());
        return;
      }
      exitCode = run(options);
    } catch (RefusedStartException e) {
      System.err.println("sketchstream: " + e.getMessage());
      exitCode = USAGE;
    }
    System.exit(exitCode);
  }

  private static int run(UpOptions options) {
    OrderlyStop stop = OrderlyStop.register(STOP_MAX);
    int exitCode = FAILED;
    try (Home home = Home.open(options.home(), Home.FREE_SIZE_MIN)) {
      home.useForTemporaryFiles();
      int port = requireFreePort(options.host(), options.port());
      ModelChoice model = ModelChoice.of(options.model(), home);
      exitCode = serve(options, port, home, model, stop);
    } catch (RefusedStartException e) {
      System.err.println("sketchstream: " + e.getMessage());
    } finally {
      stop.finished(exitCode);
    }
    return exitCode;
  }

  /// Starts broker and services, and returns when both have stopped.
  private static int serve(
      UpOptions options, int port, Home home, ModelChoice model, OrderlyStop stop)
      throws RefusedStartException {
    BrokerPorts ports = brokerPorts(options.kafkaPort());
    LOG.infof("home %s, Kafka at %s", home, ports.bootstrapServers());
    BrokerAccess kafka = BrokerAccess.of(home, ports);
    Settings.apply(options, port, home, model, kafka);
    BrokerFailure.watch(home, stop);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    int[] exitCode = {0};
    try (BrokerStart _ = BrokerStart.begin(home.resolve("kafka"), ports, kafka.login())) {
      Quarkus.run(
          ReadyLine.class,
          (code, cause) -> {
            exitCode[0] = code;
            failure.set(cause);
          });
    }
    if (failure.get() != null) {
      throw new RefusedStartException(sentence(failure.get(), port, home), failure.get());
    }
    return exitCode[0];
  }

  /// Checked before anything is started, so that the error is immediate.
  ///
  /// @return the port, or a free one for 0: the services must know it before it is opened
  private static int requireFreePort(String host, int port) throws RefusedStartException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // As the server does: a port in TIME_WAIT is free.
      socket.bind(new InetSocketAddress(host, port));
      return socket.getLocalPort();
    } catch (BindException e) {
      throw new RefusedStartException(
          isOfThisMachine(host) ? portInUse(port) : "--host: this machine has no address " + host,
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedStartException("--host: can't listen on " + host + ": " + e.getMessage(), e);
    }
  }

  private static boolean isOfThisMachine(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static BrokerPorts brokerPorts(int port) throws RefusedStartException {
    try {
      return port == 0 ? BrokerPorts.free() : BrokerPorts.withBroker(port);
    } catch (IllegalStateException e) {
      throw new RefusedStartException(e.getMessage() + "; choose another with --kafka-port", e);
    }
  }

  private static String portInUse(int port) {
    return "port " + port + " is in use; stop what listens there or choose another with --port";
  }

  private static String sentence(Throwable failure, int port, Home home) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof BindException
        || root.getClass().getSimpleName().equals("QuarkusBindException")) {
      return portInUse(port);
    }
    if (home.isFull()) {
      return "the disk of home " + home + " is full";
    }
    String reason = root.getMessage() == null ? root.toString() : root.getMessage();
    return "can't start: "
        // The first line of a refused configuration names no key; the next ones do.
        + reason.lines().limit(4).map(String::strip).collect(Collectors.joining(" "))
        + " (more in "
        + Settings.log(home)
        + ")";
  }
}
